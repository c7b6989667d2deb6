"""Making very many small objects at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_objects() -> Iterator[None]:
    """For work that makes 100,000 objects or more that refer to each other in no circle.

    Python looks for such circles again and again while objects are made, then now and then among all that live:
    with the words and phones of three hours that stops every thread for some 100 ms each time. Within this context
    it does not look, and what was made is never looked at. A circle that was dropped just before stays in memory.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
