"""Sound in and out through PortAudio: devices, player, recorder, ring buffer. The only room with sounddevice.

PortAudio is loaded at the first use, never by an import. Where it is missing, or no device is there, or a device
goes away, the player and the recorder say so as a state with a sentence; they do not raise.
"""
