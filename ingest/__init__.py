"""From a source to the library: load, clean, split, embed, store."""
