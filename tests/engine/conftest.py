"""One private sound server for all tests of the engine; PortAudio of this process is pointed at it."""

import os
import threading
from collections.abc import Callable, Iterator

import pytest

from audiolab.engine import devices
from tests.patience import wait_for
from tests.sound_server import SoundServer, missing


@pytest.fixture(scope="session")
def _one_server() -> Iterator[SoundServer]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with SoundServer() as server:
        # Not monkeypatch: libraries in C read the process's environment for as long as they live.
        kept = {name: os.environ.get(name) for name in server.environment}
        os.environ.update(server.environment)
        yield server
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@pytest.fixture
def sound_server(_one_server: SoundServer) -> SoundServer:
    """The server, seen by PortAudio as the default device."""
    devices.refresh()
    return _one_server


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("audiolab")]
    assert not left


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for something to become true; fail with a name when it does not."""
    return wait_for
