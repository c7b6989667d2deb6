"""The model manager: which models there are, which one reads, and how others come and go."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from audiolab.core.units import size_text
from audiolab.session.models import InstalledModel, Place
from audiolab.session.session import Session
from audiolab.ui.dialogparts import push_button, sentence_label
from audiolab.ui.helpdialogs import close_box
from audiolab.ui.hubline import HubLine
from audiolab.ui.modeltable import ModelTable
from audiolab.ui.theme import SPACING, Theme

ALONE = "Only the built-in model is here. Add a checkpoint folder or a .nemo file, or download a model below."


def removal_text(model: InstalledModel) -> str:
    """What removing a model means, as a question."""
    if model.place is Place.LINKED:
        return f"Take {model.name} off the list? Its files stay in {model.info.path}."
    size = f" ({size_text(model.info.size)})" if model.info.size else ""
    if model.place is Place.CACHE:
        return (
            f"Delete {model.name}{size} from the hub's cache? Other programs that use it would have to download "
            "it again."
        )
    return f"Delete {model.name}{size} from this computer? To have it back, you would add or download it again."


def listening_text(model: InstalledModel) -> str:
    """How a model listens, which its row does not tell."""
    info = model.info
    if info.sample_rate <= 1:
        return model.name
    frame = 1000 / info.frame_rate
    text = f"{model.name} listens at {info.sample_rate:,} Hz and answers every {frame:g} ms"
    return f"{text}; words are searched with {info.language_model.name}." if info.language_model else f"{text}."


class ModelsDialog(QDialog):
    """Shows `session.models`; does not block the window, so that a download can run while one works."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Models")
        figure = self.fontMetrics().horizontalAdvance("0")
        self.resize(135 * figure, 64 * figure)
        self.table = ModelTable(theme)
        self._use = push_button("&Use", "Read with this model from now on (Enter)", self.use)
        self._remove = push_button(
            "&Remove…", "Take this model off the list, or off the disk (Del)", self.ask_remove
        )
        self._open = push_button("&Open folder", "Show where this model lies", self.open_folder)
        self._add_folder = push_button("&Add folder…", "Add a checkpoint folder of transformers", self._ask_folder)
        self._add_file = push_button("Add &file…", "Add a .nemo file", self._ask_file)
        self.hub = HubLine(session)  # after the buttons: Tab goes in the order in which widgets are made
        self._about = sentence_label("About the selected model")
        self._message = sentence_label("Message")
        waiting = QLabel("Looking which models are here…")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(waiting)
        self._pages.addWidget(self.table)
        self._arrange()
        self.table.used.connect(self.use)
        self.table.removed.connect(self.ask_remove)
        self.table.current_changed.connect(self._follow_current)
        session.models.changed.connect(self.refresh)
        session.models.added.connect(self.table.select)
        session.models.told.connect(self._message.setText)
        session.models.hub.changed.connect(self._follow_fetching)
        self.refresh()

    def refresh(self) -> None:
        """Show the state as it is."""
        models = self._session.models
        self.table.take(models.installed, models.chosen)
        if models.known and self._pages.currentWidget() is not self.table:
            self._pages.setCurrentWidget(self.table)
            self.table.setFocus()  # while it was hidden it could not take the focus
        self._follow_current()

    def showEvent(self, event: QShowEvent) -> None:
        """Others may have put models there meanwhile."""
        super().showEvent(event)
        self._message.clear()
        self._session.models.refresh()
        self.table.setFocus()

    def use(self) -> None:
        """Read with the selected model from now on."""
        model = self.table.current
        if model is not None and model.usable:
            self._message.setText(f"{model.name} reads from now on.")
            self._session.models.choose(model.name)

    def ask_remove(self) -> None:
        """Ask, and remove the selected model."""
        model = self.table.current
        if model is None or not model.removable:
            return
        linked = model.place is Place.LINKED
        question = self._question("Remove model", removal_text(model))
        go = question.addButton("Remove" if linked else "Delete", QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton("Keep", QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        go.clicked.connect(lambda: self._session.models.remove(model))
        question.open()

    def ask_add(self, path: Path) -> None:
        """Ask whether to copy what lies in `path`, and add it."""
        text = (
            f"Copy {path.name} into Audiolab's folder of models, or use it where it lies? A copy stays usable when "
            "the original is moved or deleted."
        )
        question = self._question("Add model", text)
        copy = question.addButton("Copy", QMessageBox.ButtonRole.AcceptRole)
        link = question.addButton("Use where it lies", QMessageBox.ButtonRole.AcceptRole)
        question.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(copy)
        copy.clicked.connect(lambda: self._add(path, copy=True))
        link.clicked.connect(lambda: self._add(path, copy=False))
        question.open()

    def _add(self, path: Path, *, copy: bool) -> None:
        self._message.setText(f"Adding {path.name}…")
        self._session.models.add(path, copy=copy)

    def open_folder(self) -> None:
        """Show where the selected model lies, in the system's file manager."""
        model = self.table.current
        if model is not None:
            path = model.info.path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Add a checkpoint folder")
        if name:
            self.ask_add(Path(name))

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Add a model file", "", "NeMo models (*.nemo);;All files (*)")
        if name:
            self.ask_add(Path(name))

    def _question(self, title: str, text: str) -> QMessageBox:
        question = QMessageBox(self)
        question.setWindowTitle(title)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(text)
        question.finished.connect(question.deleteLater)
        self._message.clear()
        return question

    def _follow_current(self) -> None:
        model = self.table.current
        chosen = self._session.models.chosen
        self._use.setEnabled(model is not None and model.usable and model.name != chosen)
        self._remove.setEnabled(model is not None and model.removable)
        self._open.setEnabled(model is not None)
        if model is not None and not model.usable:
            self._about.setText(f"✗ {model.info.problem}")
        elif len(self._session.models.installed) == 1:
            self._about.setText(ALONE)
        else:
            self._about.setText(listening_text(model) if model is not None else "")

    def _follow_fetching(self) -> None:
        if self._session.models.hub.looking or self._session.models.hub.downloading:
            self._message.clear()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        for button in (self._use, self._remove, self._open):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self._add_folder, self._add_file):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACING)
        column.addWidget(self._pages, 1)
        column.addWidget(self._about)
        column.addLayout(row)
        column.addSpacing(3 * SPACING)
        column.addWidget(self.hub)
        bottom = QHBoxLayout()
        bottom.addWidget(self._message, 1)
        box = close_box(self)
        for button in box.buttons():
            button.setAutoDefault(False)  # Enter uses a model, or looks one up
        bottom.addWidget(box)
        column.addLayout(bottom)
