"""A person's own words: typed, kept as plain text at every edit, and told to whatever recognises or aligns.

The rules of the file are imported where they are needed: a start without own words need not wait for them.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from audiolab import paths
from audiolab.core.errors import MediaError
from audiolab.core.userwords import MOST_WORDS, DictionaryRow, UserWord, UserWords, united
from audiolab.media.wholefile import write_whole
from audiolab.session.jobs import JobContext, JobRunner
from audiolab.session.writing import Writer

MOST_UNDONE = 100
"""Changes that can be taken back."""

SUGGEST_KEY = "suggest-pronunciation"
_FILE_KEY = "dictionary-file"


class Dictionary(QObject):
    """The rows of the user's dictionary; those that are wrong are kept, too, and say why.

    Args:
        file: where it lies; by default `dictionary.txt` in the user's data directory.

    Signals:
        changed: other rows.
        asked: a person wants to add a word; carries it.
        told: a sentence for the person.
    """

    changed = Signal()
    asked = Signal(str)
    told = Signal(str)
    _displaced = Signal(str)

    def __init__(self, jobs: JobRunner, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._file = file or paths.data_dir() / "dictionary.txt"
        self._writer = Writer(jobs, "keep-dictionary", self._lost)
        self._rows: tuple[DictionaryRow, ...] = ()
        self._checked: dict[DictionaryRow, UserWord | str] = {}
        self._words: UserWords = ()
        self._past: list[tuple[DictionaryRow, ...]] = []
        self._known = _state(self._file)
        self._unread = False
        self._loading = self._file.exists()
        self._displaced.connect(self._tell_displaced, Qt.ConnectionType.QueuedConnection)
        if self._loading:
            self._load()

    @property
    def file(self) -> Path:
        """Where it lies."""
        return self._file

    @property
    def rows(self) -> Sequence[DictionaryRow]:
        """As they were typed."""
        return self._rows

    @property
    def words(self) -> UserWords:
        """The rows that are right, one for each word."""
        return self._words

    def fault(self, row: DictionaryRow) -> str:
        """What is wrong with a row, a sentence; empty where nothing is."""
        checked = self._check(row)
        return checked if isinstance(checked, str) else ""

    def find(self, word: str) -> int | None:
        """The first row of a word, whatever its case."""
        wanted = word.casefold()
        return next((index for index, row in enumerate(self._rows) if row.word.casefold() == wanted), None)

    def add(self, row: DictionaryRow) -> None:
        """Put a row at the end."""
        if len(self._rows) >= MOST_WORDS:
            self.told.emit(f"The dictionary has {MOST_WORDS} words; remove some first.")
            return
        self._set((*self._rows, row))

    def replace(self, index: int, row: DictionaryRow) -> None:
        """Type a row anew."""
        if self._rows[index] != row:
            self._set((*self._rows[:index], row, *self._rows[index + 1 :]))

    def remove(self, indices: Iterable[int]) -> None:
        """Take rows away."""
        gone = set(indices)
        if gone:
            self._set(tuple(row for index, row in enumerate(self._rows) if index not in gone))

    @property
    def undoable(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._past)

    def undo(self) -> None:
        """Take the last change of this run back."""
        if self._past:
            self._keep_rows(self._past.pop())

    def suggest(self, word: str, on_done: Callable[[tuple[str, ...]], None]) -> None:
        """Find pronunciations of `word` in the background; none where it cannot be said."""

        def work(_context: JobContext) -> tuple[str, ...]:
            from audiolab.asr.dictionary import suggested
            from audiolab.asr.phones import written

            return tuple(written(form) for form in suggested(word))

        self._jobs.submit(SUGGEST_KEY, work, on_done, label=f"Pronouncing {word}", supersede=False)

    def import_file(self, path: Path) -> None:
        """Add the entries of a file in the background, all or none of them; words that are known get them, too."""

        def work(_context: JobContext) -> list[DictionaryRow]:
            from audiolab.asr.dictionary import EntryError, entry_of, read_rows

            rows = []
            for number, row in read_rows(path):
                try:
                    entry_of(row)
                except EntryError as error:
                    raise MediaError(path, f"line {number}: {error.reason}", error.remedy) from None
                rows.append(row)
            return rows

        self._jobs.submit(_FILE_KEY, work, lambda rows: self._take(path, rows), label=f"Importing {path.name}")

    def export_file(self, path: Path) -> None:
        """Write all rows to a file in the background."""
        from audiolab.asr.dictionary import dictionary_text

        text = dictionary_text(self._rows)

        def told(_: None) -> None:
            self.told.emit(f"{path.name} has been written.")

        self._jobs.submit(_FILE_KEY, lambda _: write_whole(path, text.encode()), told, label=f"Writing {path.name}")

    def close(self) -> None:
        """Write what no job has written yet. To be called when no job runs any more."""
        self._writer.finish()

    def _load(self) -> None:
        def work(_context: JobContext) -> list[DictionaryRow]:
            from audiolab.asr.dictionary import read_rows

            rows = [row for _, row in read_rows(self._file)]
            for row in rows:
                self._check(row)
            return rows

        def show(rows: list[DictionaryRow]) -> None:
            self._loading = False
            typed = self._rows  # meanwhile
            self._show((*rows, *typed))
            if typed:
                self._keep_rows(self._rows)

        def damaged(sentence: str) -> None:
            self._loading, self._unread = False, True
            self.told.emit(sentence)
            if self._rows:
                self._keep_rows(self._rows)

        self._jobs.submit(_FILE_KEY, work, show, on_error=damaged)

    def _check(self, row: DictionaryRow) -> UserWord | str:
        if row not in self._checked:
            from audiolab.asr.dictionary import EntryError, entry_of

            try:
                self._checked[row] = entry_of(row)
            except EntryError as error:
                self._checked[row] = str(error)
        return self._checked[row]

    def _take(self, path: Path, rows: list[DictionaryRow]) -> None:
        known = set(self._rows)
        new = [row for row in rows if row not in known]
        if len(self._rows) + len(new) > MOST_WORDS:
            self.told.emit(f"{path.name} was not imported: with it, there are more than {MOST_WORDS} words.")
            return
        self._set((*self._rows, *new))
        self.told.emit(f"{len(new)} of {len(rows)} entries of {path.name} are new.")

    def _set(self, rows: tuple[DictionaryRow, ...]) -> None:
        self._past = [*self._past[1 - MOST_UNDONE :], self._rows]
        self._keep_rows(rows)

    def _keep_rows(self, rows: tuple[DictionaryRow, ...]) -> None:
        """Show other rows and keep them."""
        from audiolab.asr.dictionary import dictionary_text

        self._show(rows)
        if not self._loading:
            text = dictionary_text(rows)
            self._writer.write(lambda: self._keep(text))

    def _show(self, rows: tuple[DictionaryRow, ...]) -> None:
        self._rows = rows
        checked = map(self._check, rows)
        self._words = united(entry for entry in checked if isinstance(entry, UserWord))
        self.changed.emit()

    def _keep(self, text: str) -> None:
        if self._unread or _state(self._file) not in (None, self._known):  # it is not ours to write over
            other = self._file.with_suffix(".unreadable.txt" if self._unread else ".other.txt")
            self._file.replace(other)
            self._unread = False
            self._displaced.emit(other.name)
        write_whole(self._file, text.encode(), make_folder=True)
        self._known = _state(self._file)

    def _tell_displaced(self, name: str) -> None:
        sentence = f"{self._file.name} was changed elsewhere; it is kept as {name}. Import it to have its words."
        self.told.emit(sentence)

    def _lost(self, sentence: str) -> None:
        self.told.emit(f"The dictionary was not kept: {sentence}")


def _state(file: Path) -> tuple[int, int] | None:
    """What tells whether a file was written by somebody else; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
