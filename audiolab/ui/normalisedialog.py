"""Bring the open recording to a loudness target: see, hear, and write as a new file."""

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from audiolab.analysis.loudness import TARGETS, NormalisingGain, Verdict
from audiolab.session.session import Session
from audiolab.ui.exportdialog import FORMATS, destination
from audiolab.ui.helpdialogs import close_box
from audiolab.ui.meterscale import level


def verdict_text(verdict: Verdict | None) -> str:
    """Whether the recording meets its target as it is, and by how much it misses it."""
    if verdict is None:
        return "The recording is still being measured."
    if verdict.deviation_lu is None:
        return "✗ Silence meets no target."
    missed = []
    if not verdict.loudness_met:
        side = "loud" if verdict.deviation_lu > 0.0 else "quiet"
        missed.append(f"{level(abs(verdict.deviation_lu))} LU too {side}")
    if not verdict.true_peak_met and verdict.headroom_db is not None:
        missed.append(f"true peak {level(-verdict.headroom_db)} dB too high")
    return f"✗ {', '.join(missed)}" if missed else "✓ Meets the target"


def limit_text(gain: NormalisingGain | None, target_lufs: float, ceiling_dbtp: float) -> str:
    """What keeps the result from the target; empty where nothing does."""
    if gain is None or not gain.limited:
        return ""
    short = target_lufs - gain.integrated_lufs
    return f"Limited by the ceiling of {level(ceiling_dbtp)} dBTP: {level(short)} LU stay missing to the target."


class NormaliseDialog(QDialog):
    """Shows `session.normalising`; does not block the window, so that one can play and listen meanwhile."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Normalise loudness")
        self.setMinimumWidth(460)
        self._target = QComboBox()
        for name, target in TARGETS.items():
            self._target.addItem(
                f"{name}: {level(target.integrated_lufs)} LUFS, {level(target.max_true_peak_dbtp)} dBTP", name
            )
        self._target.activated.connect(self._choose)
        self._now, self._verdict, self._gain, self._after = (QLabel() for _ in range(4))
        self._limit = QLabel()
        self._limit.setWordWrap(True)
        self._preview = QCheckBox("Play with this &gain")
        self._preview.clicked.connect(session.normalising.preview)
        self._play = QPushButton("&Play or stop")
        self._play.clicked.connect(session.transport.toggle)
        self._play.setAutoDefault(False)
        self._write = QPushButton("&Write a new file…")
        self._write.clicked.connect(self._ask_and_write)
        form = QFormLayout()
        form.addRow("&Target", self._target)
        form.addRow("Now", self._now)
        form.addRow("", self._verdict)
        form.addRow("Gain", self._gain)
        form.addRow("After", self._after)
        form.addRow("", self._limit)
        preview = QHBoxLayout()
        preview.addWidget(self._preview, 1)
        preview.addWidget(self._play)
        form.addRow("Preview", preview)
        for label, name in (
            (self._now, "Loudness now"),
            (self._verdict, "Verdict"),
            (self._gain, "Gain"),
            (self._after, "Loudness after"),
        ):
            label.setAccessibleName(name)
        buttons = close_box(self)
        buttons.addButton(self._write, buttons.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(buttons)
        session.normalising.changed.connect(self.refresh)
        session.recording_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the state as it is."""
        normalising, result = self._session.normalising, self._session.analyses.loudness
        target, gain = normalising.target, normalising.gain
        self._target.setCurrentIndex(self._target.findData(target.name))
        self._now.setText(_levels(result and result.integrated_lufs, result and result.max_true_peak_dbtp))
        open_now = self._session.recording is not None
        self._verdict.setText(verdict_text(normalising.verdict) if open_now else "Open a recording first.")
        self._gain.setText(f"{gain.gain_db:+.1f} dB".replace("-", "−") if gain is not None else "–")
        self._after.setText(_levels(gain and gain.integrated_lufs, gain and gain.max_true_peak_dbtp))
        self._limit.setText(limit_text(gain, target.integrated_lufs, target.max_true_peak_dbtp))
        self._preview.setEnabled(gain is not None)
        self._play.setEnabled(open_now)
        self._preview.setChecked(normalising.previewed)
        self._write.setEnabled(gain is not None)

    def hideEvent(self, event) -> None:
        """What is heard afterwards is the recording as it is."""
        self._session.normalising.preview(False)
        super().hideEvent(event)

    def write_to(self, path: Path, chosen: str) -> None:
        """Write in one of `exportdialog.FORMATS`; the original as a goal is refused in a sentence."""
        recording = self._session.recording
        if recording is None:
            return
        try:
            self._session.normalising.write(recording, *destination(path, chosen))
        except ValueError as error:
            self._session.notice.emit(f"{path.name} was not written: {error}.")

    def _choose(self, index: int) -> None:
        self._session.normalising.choose(self._target.itemData(index))

    def _ask_and_write(self) -> None:
        recording = self._session.recording
        if recording is None:
            return
        source = recording.info.file
        target = self._session.normalising.target
        suggestion = source.with_name(f"{source.stem} {target.integrated_lufs:.0f} LUFS.wav")
        first = "WAV, 16 bit (*.wav)" if (recording.info.bit_depth or 16) <= 16 else "WAV, 24 bit (*.wav)"
        name, chosen = QFileDialog.getSaveFileName(
            self, "Write the normalised recording", str(suggestion), ";;".join(FORMATS), first
        )
        if name:
            self.write_to(Path(name), chosen)


def _levels(lufs: float | None, dbtp: float | None) -> str:
    return f"{level(lufs)} LUFS, true peak {level(dbtp)} dBTP"
