"""Annotation files: which one to read, where to write, and how subtitles are cut."""

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import FORMATS, ExchangeFormat, SubtitleRules, format_of
from audiolab.session.session import Session
from audiolab.ui.filterstrip import told_names
from audiolab.ui.theme import SPACING

SUBTITLES = frozenset({"srt", "vtt"})
"""Formats that are cut by subtitle rules."""


def import_annotation(session: Session, parent: QWidget) -> None:
    """Ask for a file and add its tiers."""
    if session.path is None:
        return
    readable = [kind for kind in FORMATS.values() if kind.read is not None]
    suffixes = sorted({f"*{suffix}" for kind in readable for suffix in suffixes_of(kind)})
    kinds = {file_filter(kind): kind for kind in readable}
    filters = [f"Annotations ({' '.join(suffixes)})", *kinds, "All files (*)"]
    directory = str(session.path.parent)
    name, chosen = QFileDialog.getOpenFileName(parent, "Import annotation", directory, ";;".join(filters))
    if name:
        path = Path(name)
        kind = kinds.get(chosen)
        known = kind is None or path.suffix.lower() not in suffixes_of(kind)
        session.annotations.import_file(path, _by_suffix(path, readable) if known else kind.name)


def export_annotation(session: Session, parent: QWidget) -> None:
    """Ask where to, for subtitles also how, and write all tiers, or what of them is selected."""
    if session.path is None:
        return
    selection = session.timeline.selection
    stem = f"{session.path.stem} selection" if selection else session.path.stem
    title = "Export annotation of the selection" if selection else "Export annotation"
    if session.speakers.chosen:
        title += f": only what {told_names(session.speakers.chosen)} says"
    kinds = {file_filter(kind): kind for kind in FORMATS.values()}
    suggestion = session.path.with_name(f"{stem}.TextGrid")
    first = file_filter(FORMATS["textgrid"])
    name, chosen = QFileDialog.getSaveFileName(parent, title, str(suggestion), ";;".join(kinds), first)
    if name:
        write(session, parent, Path(name), kinds.get(chosen), selection or None)


def write(
    session: Session, parent: QWidget, path: Path, chosen: ExchangeFormat | None, span: TimeSpan | None
) -> None:
    """Write to `path`.

    Args:
        session, parent: of the window.
        path: its suffix says the format, unless the one that was chosen has that suffix too.
        chosen: in the list of the file dialog; gives its suffix to a name that has none of a format.
        span: sample frames that are written; None writes all.
    """
    kind = format_of(path)
    if chosen is not None and (kind is None or path.suffix.lower() in suffixes_of(chosen)):
        kind = chosen
        if path.suffix.lower() not in suffixes_of(chosen):
            path = path.with_name(path.name + suffixes_of(chosen)[0])
    name = kind.name if kind is not None else None

    def export(rules: SubtitleRules | None) -> None:
        session.annotations.export_file(path, name, rules, span, session.speakers.chosen)

    if name not in SUBTITLES:
        export(None)
        return
    dialog = SubtitleDialog(parent)
    dialog.accepted.connect(lambda: export(dialog.rules()))
    dialog.open()


def suffixes_of(kind: ExchangeFormat) -> tuple[str, ...]:
    """How files of a format are called, those too that another format claims by its name alone."""
    return {"audacity": (*kind.suffixes, ".txt"), "textgrid-short": (".textgrid",)}.get(kind.name, kind.suffixes)


def file_filter(kind: ExchangeFormat) -> str:
    """A format as an entry of a file dialog."""
    names = ("*.TextGrid *.textgrid" if suffix == ".textgrid" else f"*{suffix}" for suffix in suffixes_of(kind))
    return f"{kind.title} ({' '.join(names)})"


def _by_suffix(path: Path, readable: list[ExchangeFormat]) -> str | None:
    """The format that a file's name speaks of; Audacity calls its labels just text."""
    return next((kind.name for kind in readable if path.suffix.lower() in suffixes_of(kind)), None)


class SubtitleDialog(QDialog):
    """How words are cut into subtitles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Subtitles")
        first = SubtitleRules()
        self.characters = _whole(first.characters, 10, 120)
        self.lines = _whole(first.lines, 1, 4)
        self.speed = _decimal(first.characters_per_second, 5.0, 40.0, 1, "characters a second")
        self.gap = _decimal(first.gap, 0.0, 2.0, 3, "s")
        form = QFormLayout()
        form.setVerticalSpacing(2 * SPACING)
        form.addRow("&Characters in a line", self.characters)
        form.addRow("&Lines in a subtitle", self.lines)
        form.addRow("&Reading speed", self.speed)
        form.addRow("Shortest &gap", self.gap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Export")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)
        self.finished.connect(self.deleteLater)

    def rules(self) -> SubtitleRules:
        """As they are set."""
        return SubtitleRules(
            characters=self.characters.value(),
            lines=self.lines.value(),
            characters_per_second=self.speed.value(),
            gap=self.gap.value(),
        )


def _whole(value: int, low: int, high: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    return box


def _decimal(value: float, low: float, high: float, decimals: int, unit: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setSingleStep(10.0 ** (1 - decimals) / 10.0 * 5)
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(f" {unit}")
    return box
