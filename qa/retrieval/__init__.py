"""The passages to read. In goes a parsed question, out come the chunks that fit it best, ready for reading."""
