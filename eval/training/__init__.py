"""Makes the weights that are shipped, and measures them. Nothing else imports it; training needs torch."""
