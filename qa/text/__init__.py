"""What any text is made of. In goes a string, out come its words, names, quantities and what it denies."""
