"""Which sound devices there are, and which ones the person chose. Listed in the background: PortAudio is slow."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from audiolab.engine import devices as engine_devices
from audiolab.engine.devices import Device
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.settings import SettingsStore


class SoundDevices(QObject):
    """The devices of this machine and the choice among them.

    Before the first `refresh` has ended nothing is known, and the system's defaults are used.

    Signals:
        changed: other devices, or another choice.
    """

    changed = Signal()

    def __init__(self, jobs: JobRunner, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._settings = settings
        self._devices: tuple[Device, ...] = ()
        self._problem: str | None = None
        self._chosen: tuple[Device | None, Device | None] = (None, None)
        self._names = self._wanted()
        settings.changed.connect(self._resolve_if_chosen)

    @property
    def outputs(self) -> tuple[Device, ...]:
        """What can play."""
        return tuple(device for device in self._devices if device.outputs)

    @property
    def inputs(self) -> tuple[Device, ...]:
        """What can record."""
        return tuple(device for device in self._devices if device.inputs)

    @property
    def problem(self) -> str | None:
        """Why there is no sound, as a sentence; None where there is, or before anybody looked."""
        return self._problem

    @property
    def output(self) -> Device | None:
        """Where to play; None is the system's default."""
        return self._chosen[0]

    @property
    def input(self) -> Device | None:
        """Where to record from; None is the system's default."""
        return self._chosen[1]

    def refresh(self) -> None:
        """Look which devices there are, in the background."""

        def work(_context: JobContext) -> tuple[tuple[Device, ...], str | None]:
            return engine_devices.refresh(), engine_devices.problem()

        self._jobs.submit("devices", work, self._take)

    def choose_output(self, label: str) -> None:
        """Play on the device called `label`; empty for the system's default. Remembered."""
        self._settings.update(output_device=label)

    def choose_input(self, label: str) -> None:
        """Record from the device called `label`; empty for the system's default. Remembered."""
        self._settings.update(input_device=label)

    def _take(self, found: tuple[tuple[Device, ...], str | None]) -> None:
        self._devices, self._problem = found
        self._resolve()

    def _resolve_if_chosen(self) -> None:
        if self._wanted() != self._names:
            self._resolve()

    def _resolve(self) -> None:
        self._names = self._wanted()
        output, input_ = self._names
        self._chosen = (
            _named(self.outputs, output, lambda device: device.outputs),
            _named(self.inputs, input_, lambda device: device.inputs),
        )
        self.changed.emit()

    def _wanted(self) -> tuple[str, str]:
        return self._settings.current.output_device, self._settings.current.input_device


def _named(devices: tuple[Device, ...], label: str, able: Callable[[Device], int]) -> Device | None:
    return next((device for device in devices if label in (device.label, device.name) and able(device)), None)
