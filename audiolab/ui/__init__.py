"""Widgets: they draw session state and forward a person's intent to it. They hold no truth of their own."""
