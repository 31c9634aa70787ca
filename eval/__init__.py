"""Question sets are asked here, and the answers, citations and refusals scored."""
