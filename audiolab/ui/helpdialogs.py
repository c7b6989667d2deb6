"""Pages to read: shortcuts, made from the catalogue; what Audiolab is made of; the messages of this run."""

from html import escape
from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtCore import qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QTextBrowser, QVBoxLayout, QWidget

from audiolab import __version__
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.docks import Panel
from audiolab.ui.notices import Notices

MOUSE = (
    ("Click", "go there"),
    ("Drag", "select; drag an edge to move it"),
    ("Shift+click", "extend the selection"),
    ("Double click", "select the word or phone"),
    ("Wheel", "scroll up and down"),
    ("Shift+wheel", "scroll in time"),
    ("Ctrl+wheel", "zoom in time"),
    ("Alt+wheel", "zoom vertically"),
    ("Middle button", "drag the view"),
)
"""What the mouse does in a view, for the list of shortcuts."""

COMPONENTS = {
    "PySide6-Essentials": "Qt for Python",
    "pyqtgraph": "plots",
    "numpy": "arrays",
    "scipy": "filters and transforms",
    "sounddevice": "PortAudio",
    "soundfile": "libsndfile",
    "av": "FFmpeg",
    "soxr": "resampling",
    "platformdirs": "directories",
    "pyyaml": "configurations of models",
    "python-docx": "Word documents",
    "torch": "the recogniser's arithmetic",
    "transformers": "recognition models of other makers",
    "huggingface_hub": "lists of the hub's models",
    "httpx2": "downloads",
    "hama": "the built-in recognition model",
    "pocketsphinx": "dictionary and language model",
}
"""What Audiolab stands on, and what for."""


class TextDialog(QDialog):
    """A page to read."""

    def __init__(self, title: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(560, 640)
        page = QTextBrowser()
        page.setOpenExternalLinks(True)
        page.setHtml(html)
        page.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.addWidget(page)
        column.addWidget(close_box(self))


class MessagesDialog(QDialog):
    """All messages of this run, to be read and copied."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self.setWindowTitle("Messages")
        self.resize(640, 320)
        self._text = QPlainTextEdit(readOnly=True)
        self._text.setPlaceholderText("There has been no message.")
        self._text.setAccessibleName("Messages")
        column = QVBoxLayout(self)
        column.addWidget(self._text)
        column.addWidget(close_box(self))
        notices.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        lines = [f"{notice.time:%H:%M:%S}  {notice.text}" for notice in self._notices.history]
        self._text.setPlainText("\n".join(lines))


def close_box(dialog: QDialog) -> QDialogButtonBox:
    """One button that closes `dialog`: in words, like all of ours."""
    buttons = QDialogButtonBox()
    buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
    buttons.rejected.connect(dialog.reject)
    return buttons


def shortcuts_page(panels: tuple[Panel, ...]) -> str:
    """All keys by menu, then the panels', then the mouse."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for action in ACTIONS:
        menu = action.menu.replace("&", "").replace("/", ", ")
        sections.setdefault(menu, []).append((_native(action.shortcuts[0]), action.tip))
    sections["Panels"] = [(_native(panel.shortcut), f"Show or hide {panel.title}") for panel in panels]
    sections["In the transcript"] = [("Enter", "Go to the word at the text cursor"), ("Ctrl+C", "Copy the words")]
    sections["In the list of models"] = [("Enter", "Read with the model"), ("Del", "Remove the model")]
    sections["Mouse in a view"] = [(what, f"{does[0].upper()}{does[1:]}") for what, does in MOUSE]
    rows = []
    for title, entries in sections.items():
        rows.append(f"<tr><td colspan=2><br><b>{escape(title)}</b></td></tr>")
        rows += [
            f"<tr><td width=150>{escape(keys).replace(' ', '&nbsp;')}</td><td>{escape(text)}</td></tr>"
            for keys, text in entries
        ]
    return f"<table cellspacing=2>{''.join(rows)}</table>"


def about_page() -> str:
    """Name, version and licence of the program and of what it stands on."""
    rows = []
    for name, purpose in COMPONENTS.items():
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        rows.append(
            f"<tr><td>{escape(name)} {escape(about['Version'])}</td><td>{escape(purpose)}</td>"
            f"<td>{escape(_licence(about))}</td></tr>"
        )
    return (
        f"<h2>Audiolab {escape(__version__)}</h2>"
        "<p>See, hear and read sound on one synchronised timeline. Everything stays on this machine.</p>"
        "<p>Licensed under the Apache License, Version 2.0.</p>"
        f"<p>Running on Qt {qVersion()}. It stands on these, each under its own licence:</p>"
        f"<table cellspacing=4>{''.join(rows)}</table>"
    )


def _licence(about) -> str:
    """The licence as the package names it, in as few words as it can be found in."""
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if "License ::" in line]
    if classifiers:
        return ", ".join(classifiers)
    return (about.get("License") or "see its distribution").partition("\n")[0][:60]


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
