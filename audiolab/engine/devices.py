"""The sound devices of this machine, as PortAudio lists them."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["input", "output"]


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


def list_devices() -> tuple[Device, ...]:
    """All devices that PortAudio knows; none where PortAudio is missing or cannot start (see `problem`).

    The first call loads PortAudio, which may take a second: call it from a job, not from the GUI thread.
    """
    raise NotImplementedError


def refresh() -> tuple[Device, ...]:
    """Look again for devices that were plugged in or out, and list them.

    PortAudio sees changes only when it starts anew, which must not happen under an open stream: while one is open
    the list stays as it is. May take a second, like `list_devices`.
    """
    raise NotImplementedError


def find(label: str | None, direction: Direction) -> Device | None:
    """The device that was saved under `label` (or just its name), else the default one, else any, else None.

    Args:
        label: `Device.label` or `Device.name`; None asks for the default.
        direction: what it must be able to do.
    """
    raise NotImplementedError


def problem() -> str | None:
    """Why there is no device at all, as one sentence with the remedy; None where PortAudio works and has one."""
    raise NotImplementedError
