"""The embedded answerer. In go passages, out come the sentences and the exact words in them that answer."""
