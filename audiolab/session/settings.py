"""Settings: declared once, typed, versioned, saved atomically.

A settings file that cannot be understood is kept beside the new one and never overwritten; unknown keys of a newer
version are ignored; values of a wrong type fall back to their defaults one by one.
"""

import dataclasses
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from PySide6.QtCore import QObject, QTimer, Signal

from audiolab import paths

log = logging.getLogger(__name__)

VERSION = 1
RECENT_FILES = 12
_SAVE_DELAY_MS = 500

_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each older version, a function that turns its dictionary into the next version's."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that Audiolab remembers between runs.

    Attributes:
        theme: "system", "dark" or "light".
        text_scale: factor on all text, 1.0 is the system's size.
        output_device, input_device: PortAudio names; empty for the system's default.
        volume: linear, 0 to 1.
        follow: whether the views scroll with the playhead.
        spectrogram_preset: name of the spectrogram's analysis preset.
        spectrogram_colormap, spectrogram_gain, spectrogram_range, spectrogram_scale: the person's changes to the
            preset; None takes the preset's own. dB, dB, and "linear", "log", "mel", "bark" or "erb".
        model: name of the recognition model.
        hub_name: what the person typed last to download a model.
        loudness_target: name of the target preset of the meter.
        loudness_scale: "EBU +9" or "EBU +18".
        loudness_absolute: whether the meter shows LUFS rather than LU relative to the target.
        loudness_dual_mono: whether a single channel counts as two loudspeakers, which is 3 LU louder.
        loudness_layouts: channel layouts that were chosen, each as ``"6=5.1 film"``: what a file says (labels of
            its loudspeakers, or only their number), and the layout's name.
        snap_to_zero: whether a boundary that is dragged clings to zero crossings.
        sound_weighting, sound_time_weighting: of sound levels: "A", "C" or "Z", and "Fast" or "Slow".
        sound_calibration: dB SPL that 0 dBFS stands for; None where that is not known.
        recent_files: newest first.
        window_geometry, window_state: Qt's own byte arrays, base64.
    """

    theme: str = "system"
    text_scale: float = 1.0
    output_device: str = ""
    input_device: str = ""
    volume: float = 1.0
    follow: bool = True
    spectrogram_preset: str = "Audiolab"
    spectrogram_colormap: str | None = None
    spectrogram_gain: float | None = None
    spectrogram_range: float | None = None
    spectrogram_scale: str | None = None
    model: str = ""
    hub_name: str = ""
    loudness_target: str = "EBU R128"
    loudness_scale: str = "EBU +9"
    loudness_absolute: bool = True
    loudness_dual_mono: bool = False
    loudness_layouts: tuple[str, ...] = ()
    snap_to_zero: bool = False
    sound_weighting: str = "A"
    sound_time_weighting: str = "Fast"
    sound_calibration: float | None = None
    recent_files: tuple[str, ...] = ()
    window_geometry: str = ""
    window_state: str = ""

    def with_recent(self, file: str) -> "Settings":
        """The same with `file` as the newest recent file."""
        others = tuple(name for name in self.recent_files if name != file)
        return dataclasses.replace(self, recent_files=(file, *others)[:RECENT_FILES])


def to_json(settings: Settings) -> str:
    """The text of a settings file."""
    return json.dumps({"version": VERSION, **dataclasses.asdict(settings)}, indent=2, ensure_ascii=False)


def from_json(text: str) -> Settings:
    """Settings from the text of a file of this or an older version.

    Raises:
        ValueError: the text is not a JSON object.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    version = document.get("version", VERSION)
    while isinstance(version, int) and version < VERSION and version in _MIGRATIONS:
        document = _MIGRATIONS[version](document)
        version += 1
    values = {}
    for declared in dataclasses.fields(Settings):
        if declared.name in document:
            value = document[declared.name]
            if isinstance(value, list):
                value = tuple(value)
            elif isinstance(value, int) and not isinstance(value, bool) and declared.type is float:
                value = float(value)
            if _fits(value, declared.type):
                values[declared.name] = value
            else:
                log.warning("settings: %s has an unusable value; its default is taken", declared.name)
    return Settings(**values)


def _fits(value: object, declared: Any) -> bool:
    if get_origin(declared) is tuple:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    allowed = get_args(declared) or (declared,)
    return type(value) in allowed


class SettingsStore(QObject):
    """The current settings, saved half a second after the last change and on `flush`.

    Args:
        file: where they lie; by default `settings.json` in the user's configuration directory.

    Signals:
        changed: the new settings are in `current`.
    """

    changed = Signal()

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file or paths.config_dir() / "settings.json"
        self._current = self._load()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_DELAY_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def current(self) -> Settings:
        """The settings as they are now."""
        return self._current

    def update(self, **changes: Any) -> None:
        """Change fields by name; saved soon. Nothing happens where nothing differs."""
        self.replace(dataclasses.replace(self._current, **changes))

    def replace(self, settings: Settings) -> None:
        """Take over `settings`; saved soon."""
        if settings != self._current:
            self._current = settings
            self._timer.start()
            self.changed.emit()

    def flush(self) -> None:
        """Save now. A disk that cannot be written is logged: settings are not worth a crash."""
        self._timer.stop()
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(to_json(self._current), encoding="utf-8")
            temporary.replace(self._file)
        except OSError as error:
            log.warning("settings cannot be saved in %s: %s", self._file, error)

    def _load(self) -> Settings:
        try:
            return from_json(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError) as error:
            log.warning("settings in %s cannot be understood: %s", self._file, error)
            self._keep_aside()
            return Settings()

    def _keep_aside(self) -> None:
        try:
            self._file.replace(self._file.with_suffix(".unreadable.json"))
        except OSError as error:
            log.warning("cannot keep %s aside: %s", self._file, error)
