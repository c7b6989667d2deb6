import subprocess
import sys

import pytest

from audiolab.engine import devices
from audiolab.engine.host import reason
from tests.sound_server import OTHER, SoundServer


@pytest.mark.sound
def test_devices_are_listed_as_portaudio_sees_them(sound_server: SoundServer) -> None:
    found = {device.name: device for device in devices.list_devices()}
    assert set(found) == {"default", OTHER}
    default = found["default"]
    assert (default.host_api, default.label) == ("ALSA", "default (ALSA)")
    assert default.inputs >= 2
    assert default.outputs >= 2
    assert default.channels("input") == default.inputs
    assert (default.is_default_input, default.is_default_output) == (True, True)
    assert not found[OTHER].is_default("output")
    assert devices.problem() is None


@pytest.mark.sound
@pytest.mark.parametrize("saved", [OTHER, f"{OTHER} (ALSA)"])
def test_a_saved_device_is_found_by_name_or_label(sound_server: SoundServer, saved: str) -> None:
    found = devices.find(saved, "output")
    assert found is not None
    assert found.name == OTHER


@pytest.mark.sound
@pytest.mark.parametrize("saved", [None, "", "pulled out (USB)"])
@pytest.mark.parametrize("direction", ["input", "output"])
def test_what_is_not_there_falls_back_to_the_default(
    sound_server: SoundServer, saved: str | None, direction: devices.Direction
) -> None:
    found = devices.find(saved, direction)
    assert found is not None
    assert found.is_default(direction)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("Error opening OutputStream: Device unavailable", -9985), "device unavailable"),
        (
            ("Error opening InputStream: Unanticipated host error", -9999, (0, -111, "Connection refused")),
            "connection refused",
        ),
        (("Error querying device -1",), "error querying device -1"),
        ((), "exception"),
    ],
)
def test_a_refusal_is_worded_without_numbers(arguments: tuple[object, ...], expected: str) -> None:
    assert reason(Exception(*arguments)) == expected


def test_importing_the_engine_loads_no_portaudio_and_no_window() -> None:
    code = """
import sys
import audiolab.engine.devices, audiolab.engine.player, audiolab.engine.recorder
loaded = {"sounddevice", "_sounddevice", "PySide6", "torch", "scipy"} & set(sys.modules)
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
