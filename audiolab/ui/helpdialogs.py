"""The list of shortcuts, made from the catalogue, and what Audiolab is made of."""

from html import escape
from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtCore import qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from audiolab import __version__
from audiolab.ui.catalogue import ACTIONS
from audiolab.ui.docks import Panel

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
    "torch": "the recogniser's arithmetic",
    "hama": "the built-in recognition model",
    "pocketsphinx": "dictionary and language model",
    "ufal.flashlight-text": "beam search",
    "ufal.kenlm": "language model queries",
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
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(page)
        column.addWidget(buttons)


def shortcuts_page(panels: tuple[Panel, ...]) -> str:
    """All keys by menu, then the panels', then the mouse."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for action in ACTIONS:
        menu = action.menu.replace("&", "").replace("/", ", ")
        sections.setdefault(menu, []).append((_native(action.shortcuts[0]), action.tip))
    sections["Panels"] = [(_native(panel.shortcut), f"Show or hide {panel.title}") for panel in panels]
    sections["In the transcript"] = [("Enter", "Go to the word at the text cursor"), ("Ctrl+C", "Copy the words")]
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
