"""Spectrogram tiles: computed in the background when a view wants them, kept in a bounded cache."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from audiolab.analysis.tiles import Indices, TileKey, compute_tile, tile_needs
from audiolab.core.recording import Recording
from audiolab.session.jobs import JobContext, JobRunner

CACHE_BYTES = 64 * 2**20
"""Some 500 tiles of the usual recipe: several screens at several zoom levels."""

COALESCE_MS = 8
"""Tiles that arrive within half a frame are announced together."""

JOB_KEY = "tiles"


class TileStore(QObject):
    """The tiles of the open recording.

    Signals:
        changed: tiles arrived, or another recording is open.
    """

    changed = Signal()

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._recording: Recording | None = None
        self._tiles: OrderedDict[TileKey, Indices] = OrderedDict()
        self._partial: dict[TileKey, int] = {}
        self._bytes = 0
        self._asked: tuple[TileKey, ...] = ()
        self._announce = QTimer(self)
        self._announce.setSingleShot(True)
        self._announce.setInterval(COALESCE_MS)
        self._announce.timeout.connect(self.changed)
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.timeout.connect(self.changed)

    def load(self, recording: Recording | None) -> None:
        """Forget all tiles; those of `recording` come when they are wanted."""
        self._jobs.cancel(JOB_KEY)
        self._recording = recording
        self._tiles.clear()
        self._partial.clear()
        self._bytes = 0
        self._asked = ()
        self.changed.emit()

    def hold(self, milliseconds: int) -> None:
        """Compute nothing for a while, so that something more urgent is done first; `release` ends it earlier."""
        self._hold.start(milliseconds)

    def release(self) -> None:
        """Go on: views are asked to say again what they want."""
        if self._hold.isActive():
            self._hold.stop()
            self.changed.emit()

    def get(self, key: TileKey) -> Indices | None:
        """The tile, uint8 of shape (bins, columns), if it is there; see `audiolab.analysis.tiles`."""
        tile = self._tiles.get(key)
        if tile is not None:
            self._tiles.move_to_end(key)
        return tile

    def want(self, keys: Sequence[TileKey]) -> None:
        """Compute those of `keys` that are missing, in this order; what was wanted before is dropped."""
        missing = tuple(key for key in keys if self._is_missing(key))
        if missing == self._asked or self._hold.isActive():
            return
        self._asked = missing
        recording = self._recording
        if recording is None or not missing:
            self._jobs.cancel(JOB_KEY)
            return

        def work(context: JobContext) -> None:
            for key in missing:
                context.cancel.check()
                final = recording.complete or tile_needs(key).stop <= recording.frames
                frames = recording.frames
                tile = compute_tile(recording, key)
                context.post(partial(self._take, recording, key, tile, None if final else frames))

        self._jobs.submit(JOB_KEY, work, self._finish)

    def _is_missing(self, key: TileKey) -> bool:
        if key not in self._tiles:
            return True
        # A tile at the end of a growing recording is computed anew once there is more to see in it.
        seen = self._partial.get(key)
        return seen is not None and self._recording is not None and self._recording.frames > seen

    def _take(self, recording: Recording, key: TileKey, tile: Indices, seen: int | None) -> None:
        if recording is not self._recording:
            return
        replaced = self._tiles.pop(key, None)
        self._bytes += tile.nbytes - (replaced.nbytes if replaced is not None else 0)
        self._tiles[key] = tile
        if seen is None:
            self._partial.pop(key, None)
        else:
            self._partial[key] = seen
        while self._bytes > CACHE_BYTES and len(self._tiles) > 1:
            old, dropped = self._tiles.popitem(last=False)
            self._partial.pop(old, None)
            self._bytes -= dropped.nbytes
        if not self._announce.isActive():
            self._announce.start()

    def _finish(self, _result: None) -> None:
        self._asked = ()
        self._announce.stop()
        self.changed.emit()
