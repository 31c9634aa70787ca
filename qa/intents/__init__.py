"""What can be answered without reading for it: small talk, an article's details, what it names, its summary."""
