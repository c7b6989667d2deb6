"""A given text on a recording: when each of its words was said, and where the two differ."""
