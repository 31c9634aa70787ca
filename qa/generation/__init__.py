"""A language model's answer. In go passages, out comes what the model wrote, each sentence with what it rests on."""
