"""Write the selected sound to a file."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from audiolab.core.timebase import TimeSpan
from audiolab.media import write_audio
from audiolab.session.jobs import JobContext
from audiolab.session.session import Session

FORMATS = {
    "WAV, 16 bit (*.wav)": ("WAV", "PCM_16"),
    "WAV, 24 bit (*.wav)": ("WAV", "PCM_24"),
    "WAV, 32-bit float (*.wav)": ("WAV", "FLOAT"),
    "FLAC, 16 bit (*.flac)": ("FLAC", "PCM_16"),
    "FLAC, 24 bit (*.flac)": ("FLAC", "PCM_24"),
}
"""What is offered, with libsndfile's names."""


def export_selection(session: Session, parent: QWidget) -> None:
    """Ask where to, then write in the background."""
    recording = session.recording
    span = session.timeline.selection
    if recording is None or not span:
        return
    source = recording.info.file
    first = "WAV, 16 bit (*.wav)" if (recording.info.bit_depth or 16) <= 16 else "WAV, 24 bit (*.wav)"
    suggestion = source.with_name(f"{source.stem} selection.wav")
    name, chosen = QFileDialog.getSaveFileName(
        parent, "Export selection", str(suggestion), ";;".join(FORMATS), first
    )
    if name:
        write(session, span, Path(name), chosen)


def destination(path: Path, chosen: str) -> tuple[Path, str, str]:
    """Path, container and coding for one of `FORMATS`; where the path has a suffix, that says which container."""
    container, coding = FORMATS.get(chosen, ("WAV", "PCM_16"))
    known = {".wav": "WAV", ".flac": "FLAC"}.get(path.suffix.lower())
    if known is None:
        path = path.with_name(f"{path.name}.{container.lower()}")
    elif known != container:
        container, coding = known, "PCM_24" if coding == "FLOAT" else coding
    return path, container, coding


def write(session: Session, span: TimeSpan, path: Path, chosen: str) -> None:
    """Write `span` of the open recording to `path` in one of `FORMATS`; the name says which if it has a suffix."""
    recording = session.recording
    if recording is None:
        return
    path, container, coding = destination(path, chosen)

    def work(context: JobContext) -> None:
        write_audio(recording, span, path, container, coding, context.cancel, context.progress)

    session.jobs.submit("export", work, lambda _none: None, label=f"Writing {path.name}", supersede=False)
