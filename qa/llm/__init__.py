"""A language model. In go messages, out comes its reply as it is written, or one sentence on why there is none."""
