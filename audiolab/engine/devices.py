"""The sound devices of this machine, as PortAudio lists them."""

import threading
from dataclasses import dataclass
from typing import Literal

from audiolab.core.errors import DeviceError
from audiolab.engine.soundhost import SoundHost

Direction = Literal["input", "output"]

NO_DEVICE = "There is no sound device: plug one in or start the sound server, then look again."


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


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found when PortAudio was asked last."""

    devices: tuple[Device, ...]
    problem: str | None


_survey: Survey | None = None
_lock = threading.Lock()


def list_devices() -> tuple[Device, ...]:
    """All devices that were found last; none where PortAudio is missing or does not answer (see `problem`).

    The first call looks for them, which takes half a second: call it from a job, not from the GUI thread.
    """
    return _last_survey().devices


def refresh() -> tuple[Device, ...]:
    """Look again for devices that were plugged in or out, and list them. Takes half a second, like the first list.

    PortAudio sees changes only when it starts anew, which must not happen under an open stream: it is asked in a
    process of its own, so that this can be called at any time.
    """
    global _survey
    found = _look()
    with _lock:
        _survey = found
    return found.devices


def find(label: str | None, direction: Direction) -> Device | None:
    """The device that was saved under `label` (or just its name), else the default one, else any, else None.

    Args:
        label: `Device.label` or `Device.name`; None asks for the default.
        direction: what it must be able to do.
    """
    able = [device for device in list_devices() if device.channels(direction)]
    able.sort(key=lambda device: not device.is_default(direction))
    able.sort(key=lambda device: label not in (device.label, device.name))
    return able[0] if able else None


def problem() -> str | None:
    """Why there is no device at all, as one sentence with the remedy; None where there is one."""
    return _last_survey().problem


def _last_survey() -> Survey:
    with _lock:
        known = _survey
    if known is None:
        refresh()
        return _last_survey()
    return known


def _look() -> Survey:
    try:
        host = SoundHost()
    except DeviceError as error:
        return Survey((), str(error))
    try:
        found = tuple(Device(**fields) for fields in host.ask({"list": True})["devices"])
    except DeviceError as error:
        return Survey((), str(error))
    finally:
        host.close()
    return Survey(found, None if found else NO_DEVICE)
