"""Sound in and out through PortAudio: devices, player, recorder. The only room with sounddevice.

PortAudio runs in a process of its own, the sound host, so that no work of the program is heard as a gap and no
device that hangs can hold the program up::

    Player -> Deck (thread) -> Feed -> Voice -> ring | Host (process) -> Outlet (audio callback) -> device
    Recorder -> Take (thread) -> SampleSink  <- ring | Host (process) <- Inlet (audio callback) <- device

Where PortAudio is missing, or no device is there, or a device goes away, the player and the recorder say so as a
state with a sentence; they do not raise.
"""
