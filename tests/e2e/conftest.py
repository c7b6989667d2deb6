"""An X server, a sound server, and a way to start the program between them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import sound_server as sound
from tests.e2e import program as driven
from tests.e2e.program import Display, Program
from tests.sound_server import SoundServer


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    reason = driven.missing()
    if reason:
        pytest.skip(reason)
    display = Display()
    yield display
    display.close()


@pytest.fixture(scope="session")
def sound_server() -> Iterator[SoundServer]:
    reason = sound.missing()
    if reason:
        pytest.skip(reason)
    with SoundServer() as server:
        server.control("set-default-source", f"{sound.SINK}.monitor")
        yield server


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all programs: the language model is built once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def start(
    display: Display, sound_server: SoundServer, shared_cache: Path, tmp_path: Path
) -> Callable[..., Program]:
    """Start the program with these arguments; it writes below `tmp_path`."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.json").write_text('{"version": 1, "theme": "dark"}')
    own = {
        "AUDIOLAB_CACHE_DIR": str(shared_cache),
        "AUDIOLAB_DATA_DIR": str(tmp_path / "data"),
        "AUDIOLAB_CONFIG_DIR": str(config),
    }

    def begin(*arguments: str) -> Program:
        return Program(list(arguments), sound_server.environment | display.environment | own)

    return begin
