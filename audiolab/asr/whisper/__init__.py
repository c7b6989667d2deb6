"""A second opinion: the text of a Whisper model, with the times and the doubts that our own alignment gives it.

Whisper (Radford et al., "Robust speech recognition via large-scale weak supervision", 2022) runs through
faster-whisper, which is an optional requirement (the extra `whisper`); what needs it or torch is imported when a
model is loaded.
"""
