"""What dialogs are made of: buttons that Enter does not press by accident, and room for sentences."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton


def push_button(text: str, tip: str, press: Callable[[], None]) -> QPushButton:
    """A button that is no dialog's default."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(press)
    return button


def sentence_label(name: str) -> QLabel:
    """Room for a sentence that comes and goes.

    Args:
        name: for screen readers.
    """
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
