"""Makes the C library keep freed memory at hand.

Numpy and torch take and free blocks of some hundred kilobytes, hundreds of times a second. The allocator of glibc
gives such blocks back to the system at once (mallopt(3): M_TRIM_THRESHOLD, M_MMAP_THRESHOLD) and gets the next ones
page by page, zeroed: drawing a waveform takes three times as long for it.
"""

import ctypes
import sys

KEPT_BYTES = 64 * 2**20
"""Free memory at the end of a heap that is kept, at most."""

LARGE_BYTES = 8 * 2**20
"""Blocks from this size on are the system's again as soon as they are freed: they are few, and they add up."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3)."""


def keep_freed_memory() -> bool:
    """Keep freed memory from now on, in the whole process; whether this C library can be told so."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False  # musl, for one, has no such function
    done = (mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES), mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES))
    return all(done)
