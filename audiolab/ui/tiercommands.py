"""What the actions on tiers do: parts of `Commands`."""

from audiolab.session.session import Session
from audiolab.ui.tiereditor import TierEditor


class TierCommands:
    """Handlers of tiers, history, exchange and finding, for a class that has a session and a window."""

    _session: Session

    @property
    def _tiers(self) -> TierEditor:
        return TierEditor.of(self._session)

    # exchange

    def import_annotation(self) -> None:
        from audiolab.ui.annotationdialogs import import_annotation

        import_annotation(self._session, self._window)

    def export_annotation(self) -> None:
        from audiolab.ui.annotationdialogs import export_annotation

        export_annotation(self._session, self._window)

    # history

    def undo(self) -> None:
        self._session.annotations.undo()

    def redo(self) -> None:
        self._session.annotations.redo()

    # find

    def find(self) -> None:
        self._window.find_bar.open()

    def find_next(self) -> None:
        self._window.find_bar.step(1)

    def find_previous(self) -> None:
        self._window.find_bar.step(-1)

    # items

    def label_selection(self) -> None:
        self._tiers.insert()

    def mark_playhead(self) -> None:
        self._tiers.mark()

    def type_text(self) -> None:
        self._tiers.ask_rename()

    def delete_items(self) -> None:
        self._tiers.remove()

    def split_interval(self) -> None:
        self._tiers.split()

    def merge_intervals(self) -> None:
        self._tiers.merge()

    def previous_item(self) -> None:
        self._tiers.step(-1)

    def next_item(self) -> None:
        self._tiers.step(1)

    def tier_above(self) -> None:
        self._tiers.step_tier(-1)

    def tier_below(self) -> None:
        self._tiers.step_tier(1)

    def start_earlier(self) -> None:
        self._tiers.nudge(end=False, steps=-1)

    def start_later(self) -> None:
        self._tiers.nudge(end=False, steps=1)

    def end_earlier(self) -> None:
        self._tiers.nudge(end=True, steps=-1)

    def end_later(self) -> None:
        self._tiers.nudge(end=True, steps=1)

    def snap_to_zero(self) -> None:
        settings = self._session.settings
        settings.update(snap_to_zero=not settings.current.snap_to_zero)

    def show_everybody(self) -> None:
        self._session.speakers.show_everybody()

    # tiers

    def new_interval_tier(self) -> None:
        self._tiers.new_tier(points=False)

    def new_point_tier(self) -> None:
        self._tiers.new_tier(points=True)

    def rename_tier(self) -> None:
        if self._tiers.tier is not None:
            self._tiers.naming_asked.emit()

    def delete_tier(self) -> None:
        self._tiers.remove_tier()
