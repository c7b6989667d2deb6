"""The sound devices of this machine, as PortAudio lists them."""

from dataclasses import dataclass
from types import ModuleType

from audiolab.core.errors import DeviceError
from audiolab.engine import portaudio
from audiolab.engine.portaudio import Direction

NO_DEVICE = {
    "output": "There is no sound device to play on: plug one in or start the sound server, then try again.",
    "input": "There is no device to record from: plug in a microphone or start the sound server, then try again.",
}
"""What to say when `find` finds none."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device as PortAudio lists it; valid until the next `refresh`.

    Attributes:
        index: PortAudio's number, which may change at a `refresh`; save `label` instead.
        name: as the system calls it.
        host_api: ``"ALSA"``, ``"Core Audio"``, ``"Windows WASAPI"``, ...; hardware may appear under several.
        inputs: largest number of channels it can record; 0 if it cannot.
        outputs: largest number of channels it can play; 0 if it cannot.
        default_sample_rate: the rate it prefers, in Hz.
        is_default_input: whether the system records from it unless told otherwise.
        is_default_output: whether the system plays on it unless told otherwise.
    """

    index: int
    name: str
    host_api: str
    inputs: int
    outputs: int
    default_sample_rate: int
    is_default_input: bool
    is_default_output: bool

    @property
    def label(self) -> str:
        """Name and host API: what a person chooses from, and what settings save for `find`."""
        return f"{self.name} ({self.host_api})"

    def channels(self, direction: Direction) -> int:
        """Largest number of channels it can record or play."""
        return self.inputs if direction == "input" else self.outputs

    def is_default(self, direction: Direction) -> bool:
        """Whether the system records from it or plays on it unless told otherwise."""
        return self.is_default_input if direction == "input" else self.is_default_output


def list_devices() -> tuple[Device, ...]:
    """All devices that PortAudio knows; none where PortAudio is missing or cannot start (see `problem`).

    The first call loads PortAudio, which may take a second: call it from a job, not from the GUI thread.
    """
    try:
        return portaudio.call(_query)
    except DeviceError:
        return ()


def refresh() -> tuple[Device, ...]:
    """Look again for devices that were plugged in or out, and list them.

    PortAudio sees changes only when it starts anew, which must not happen under an open stream: while one is open
    the list stays as it is. May take a second, like `list_devices`.
    """
    try:
        portaudio.refresh()
    except DeviceError:
        return ()
    return list_devices()


def find(label: str | None, direction: Direction) -> Device | None:
    """The device that was saved under `label` (or just its name), else the default one, else any, else None.

    Args:
        label: `Device.label` or `Device.name`; None asks for the default.
        direction: what it must be able to do.

    Raises:
        DeviceError: PortAudio is missing, or hangs.
    """
    able = [device for device in portaudio.call(_query) if device.channels(direction)]
    ranked = sorted(
        able, key=lambda device: (label not in (device.label, device.name), not device.is_default(direction))
    )
    return ranked[0] if ranked else None


def problem() -> str | None:
    """Why there is no device at all, as one sentence with the remedy; None where PortAudio works and has one."""
    try:
        return None if portaudio.call(_query) else NO_DEVICE["output"]
    except DeviceError as error:
        return str(error)


def _query(sounddevice: ModuleType) -> tuple[Device, ...]:
    host_apis = sounddevice.query_hostapis()
    defaults = {kind: _default_index(sounddevice, kind) for kind in ("input", "output")}
    return tuple(
        Device(
            index=found["index"],
            name=found["name"],
            host_api=host_apis[found["hostapi"]]["name"],
            inputs=found["max_input_channels"],
            outputs=found["max_output_channels"],
            default_sample_rate=round(found["default_samplerate"]),
            is_default_input=found["index"] == defaults["input"],
            is_default_output=found["index"] == defaults["output"],
        )
        for found in sounddevice.query_devices()
    )


def _default_index(sounddevice: ModuleType, kind: str) -> int:
    try:
        return int(sounddevice.query_devices(kind=kind)["index"])
    except sounddevice.PortAudioError:
        return -1
