"""Audiolab: see, hear and read sound on one synchronised timeline."""

__version__ = "0.1.0"
