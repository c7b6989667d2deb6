"""What the C library does with freed memory, in a process of its own: it is told for the whole process."""

import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from audiolab.core.allocation import LARGE_BYTES, keep_freed_memory

def faults(bytes_each):
    for _ in range(2):  # the first round grows the heap
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(50):
            kept = [np.ones(bytes_each, np.uint8) for _ in range(4)]
            del kept
        count = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    return count

before = faults(600_000)
assert keep_freed_memory()
print(before, faults(600_000), faults(2 * LARGE_BYTES))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back at once")
def test_what_was_freed_is_used_again_without_asking_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    before, after, large = map(int, done.stdout.split())
    assert before > 1000
    assert after < 50
    assert large > 1000, "large blocks go back to the system"


@pytest.mark.skipif(sys.platform == "linux", reason="other systems keep freed memory anyway")
def test_other_systems_need_not_be_told() -> None:
    from audiolab.core.allocation import keep_freed_memory

    assert not keep_freed_memory()
