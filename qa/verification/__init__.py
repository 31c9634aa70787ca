"""What is said against what is cited. In goes a draft, out come claims, each with exact quotes and their support."""
