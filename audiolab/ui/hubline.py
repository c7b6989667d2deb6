"""The line that downloads a model: a name on the hub, what would be fetched, and how far it has come."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from audiolab.core.units import size_text
from audiolab.session.hub import DOWNLOAD_KEY
from audiolab.session.jobs import Job
from audiolab.session.session import Session
from audiolab.ui.dialogparts import push_button
from audiolab.ui.theme import SPACING

if TYPE_CHECKING:
    from audiolab.asr.checkpoints.offer import Offer

IDLE = "The name of a model as the hub has it, such as facebook/wav2vec2-base-960h; @revision behind it if wanted."


def offer_text(offer: "Offer", *, here: bool) -> str:
    """What a download would fetch."""
    names = ", ".join(file.name for file in offer.files)
    licence = f", licence {offer.licence}" if offer.licence else ""
    text = f"{offer.model}: {size_text(offer.size)} from {offer.host}{licence}. {len(offer.files)} files: {names}."
    if offer.present:
        text += f" {size_text(offer.present)} of it are here from before."
    if here:
        text += " It is on the list already; Download fetches it again."
    return text


class HubLine(QWidget):
    """Shows `session.models.hub`. Nothing is asked before Look up is pressed, nothing fetched before Download."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._size = 0
        self._busy = False
        hub = session.models.hub
        self.name = QLineEdit(session.settings.current.hub_name)
        self.name.setPlaceholderText("owner/model")
        self.name.setClearButtonEnabled(True)
        self.name.setAccessibleName("Name on the hub")
        self.name.textEdited.connect(self._type)
        self.name.returnPressed.connect(self._look_up)
        self.look_up = push_button("&Look up", "Ask the hub what would be fetched", self._look_up)
        self.download = push_button("&Download", "Fetch it now", hub.download)
        self.cancel = push_button("&Cancel", "Stop; what has come is kept", hub.cancel)
        self.discard = push_button(
            "Di&scard", "Delete what has come of a download that was not finished", hub.discard
        )
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setAccessibleName("What would be fetched")
        self.about.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.about.setMinimumHeight(2 * self.about.fontMetrics().lineSpacing())  # nothing moves when it is told
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(2 * SPACING)
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(kept)
        self.bar.setAccessibleName("Download")
        label = QLabel("Model on the &hub")
        label.setBuddy(self.name)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        for widget in (label, self.name, self.look_up, self.download, self.cancel, self.discard):
            row.addWidget(widget, 1 if widget is self.name else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACING)
        column.addLayout(row)
        column.addWidget(self.about)
        column.addWidget(self.bar)
        hub.changed.connect(self.refresh)
        session.models.changed.connect(self.refresh)
        session.jobs.progressed.connect(self._advance)
        self.refresh()

    def refresh(self) -> None:
        """Show the state as it is."""
        models, hub = self._session.models, self._session.models.hub
        self._enable(busy=hub.looking or hub.downloading)
        self.bar.setVisible(hub.downloading)
        if not hub.downloading:
            self.bar.setValue(0)
        if hub.offer is not None:
            self._size = hub.offer.size
        if hub.looking:
            self.about.setText("Asking the hub…")
        elif hub.downloading:
            self._show_progress(self.bar.value() / 1000)
        elif hub.offer is not None:
            self.about.setText(offer_text(hub.offer, here=models.named(hub.offer.model) is not None))
        else:
            self.about.setText(IDLE)

    def _enable(self, *, busy: bool) -> None:
        """What can be pressed now; where the keys were in this line, they go to what comes next."""
        offer = self._session.models.hub.offer
        focused = self.window().focusWidget()
        follows = busy is not self._busy and focused is not None and self.isAncestorOf(focused)
        self._busy = busy
        self.name.setReadOnly(busy)
        self.cancel.setEnabled(True)  # disabled last: what has the focus would throw it somewhere
        self.download.setEnabled(not busy and offer is not None)
        if follows:
            (self.cancel if busy else self.download if offer is not None else self.name).setFocus()
        self.look_up.setEnabled(not busy and bool(self.name.text().strip()))
        self.discard.setEnabled(not busy and offer is not None and offer.present > 0)
        self.cancel.setEnabled(busy)

    def _type(self, text: str) -> None:
        self._session.settings.update(hub_name=text)
        self._session.models.hub.drop()
        self.refresh()

    def _look_up(self) -> None:
        if self.look_up.isEnabled():
            self._session.models.hub.look_up(self.name.text())

    def _advance(self, job: Job[object]) -> None:
        if job.key == DOWNLOAD_KEY:
            self.bar.setValue(round(1000 * job.progress))
            self._show_progress(job.progress)

    def _show_progress(self, share: float) -> None:
        offer = self._session.models.hub.offer
        name = offer.model if offer is not None else "the model"
        self.about.setText(f"Fetching {name}: {size_text(round(self._size * share))} of {size_text(self._size)}")
