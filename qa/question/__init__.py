"""What is asked. In go a question and the conversation before it, out comes a question that stands alone, parsed."""
