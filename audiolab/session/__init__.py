"""The application's state, on QtCore alone: what is open, where one is in it, what runs in the background."""
