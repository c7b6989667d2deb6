"""Loudness of what is annotated: of each word, utterance and interval, and of all that each speaker says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from audiolab.analysis.loudness import LoudnessResult, PartLoudness, measure_parts
from audiolab.core.recording import Recording
from audiolab.core.tiers import WORDS, Annotation, Interval, IntervalTier
from audiolab.core.timebase import TimeSpan
from audiolab.core.units import frames_to_seconds, seconds_to_frames
from audiolab.media.wholefile import table_text, write_whole
from audiolab.session.analyses import Analyses
from audiolab.session.annotations import Annotations
from audiolab.session.jobs import JobContext, JobRunner

PAUSE_SECONDS = 0.5
"""Silence between two words that ends an utterance; another speaker ends it, too."""


class Grouping(Enum):
    """What becomes a row."""

    INTERVALS = "intervals"
    UTTERANCES = "utterances"
    SPEAKERS = "speakers"


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows are.

    Attributes:
        grouping: intervals of a tier, utterances made of its words, or speakers of all tiers.
        tier: name of the tier; empty for speakers.
    """

    grouping: Grouping
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One row.

    Attributes:
        text: what is said; for a speaker the name.
        speaker: who says it; may be empty.
        spans: sample frames, in order, that do not overlap.
        loudness: what was measured.
    """

    text: str
    speaker: str
    spans: tuple[TimeSpan, ...]
    loudness: PartLoudness

    @property
    def length(self) -> int:
        """Sample frames of all spans together."""
        return sum(span.length for span in self.spans)


Unmeasured = tuple[str, str, tuple[TimeSpan, ...]]
"""Text, speaker and spans of a `Part`."""


def choices_of(annotation: Annotation) -> tuple[Rows, ...]:
    """What rows an annotation offers."""
    tiers = _interval_tiers(annotation)
    words = [Rows(Grouping.UTTERANCES, tier.name) for tier in tiers if tier.name == WORDS and tier.intervals]
    speakers = any(item.speaker for tier in tiers for item in tier.intervals)
    return (
        *(Rows(Grouping.INTERVALS, tier.name) for tier in tiers if tier.intervals),
        *words,
        *([Rows(Grouping.SPEAKERS)] if speakers else []),
    )


def parts_of(annotation: Annotation, rows: Rows) -> list[Unmeasured]:
    """The parts that become `rows`, by time; intervals without a text are left out."""
    tiers = _interval_tiers(annotation)
    if rows.grouping is Grouping.SPEAKERS:
        spans: dict[str, list[TimeSpan]] = {}
        for tier in tiers:
            for item in tier.intervals:
                if item.speaker and item.span:
                    spans.setdefault(item.speaker, []).append(item.span)
        parts = [(name, name, _united(said)) for name, said in spans.items()]
        return sorted(parts, key=lambda part: part[2][0])
    intervals = next((tier.intervals for tier in tiers if tier.name == rows.tier), ())
    spoken = [item for item in intervals if item.text.strip() and item.span]
    if rows.grouping is Grouping.INTERVALS:
        return [(item.text, item.speaker, (item.span,)) for item in spoken]
    return [
        (" ".join(word.text for word in words), words[0].speaker, (words[0].span.hull(words[-1].span),))
        for words in _utterances(spoken, annotation.sample_rate)
    ]


def _interval_tiers(annotation: Annotation) -> list[IntervalTier]:
    return [tier for tier in annotation.tiers if isinstance(tier, IntervalTier)]


def _united(spans: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """The same time without overlaps: who is named in two tiers speaks once."""
    result: list[TimeSpan] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].stop:
            result[-1] = result[-1].hull(span)
        else:
            result.append(span)
    return tuple(result)


def _utterances(words: Sequence[Interval], sample_rate: int) -> list[list[Interval]]:
    pause = seconds_to_frames(PAUSE_SECONDS, sample_rate)
    groups: list[list[Interval]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        if last is None or word.span.start - last.span.stop >= pause or word.speaker != last.speaker:
            groups.append([])
        groups[-1].append(word)
    return groups


class LoudnessParts(QObject):
    """Measures in the background, from the moment that somebody wants to see it, what is not known yet.

    Signals:
        changed: other `parts`, `rows` or `choices`.
        written: the path of a table.
    """

    changed = Signal()
    written = Signal(object)

    def __init__(
        self, jobs: JobRunner, analyses: Analyses, annotations: Annotations, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._analyses = analyses
        self._annotations = annotations
        self._recording: Recording | None = None
        self._watched = False
        self._asked: Rows | None = None
        self._parts: tuple[Part, ...] = ()
        self._choices: tuple[Rows, ...] = ()
        self._choices_of: Annotation | None = None
        self._known: dict[tuple[TimeSpan, ...], PartLoudness] = {}
        self._known_of: LoudnessResult | None = None
        analyses.loudness_changed.connect(self._measure)
        annotations.changed.connect(self._measure)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The rows that were measured last, by time."""
        return self._parts

    @property
    def choices(self) -> tuple[Rows, ...]:
        """What the rows may be."""
        annotation = self._annotations.annotation
        if annotation is not self._choices_of:
            self._choices_of, self._choices = annotation, choices_of(annotation)
        return self._choices

    @property
    def rows(self) -> Rows | None:
        """What the rows are; None where nothing is annotated."""
        choices = self.choices
        return self._asked if self._asked in choices else next(iter(choices), None)

    def load(self, recording: Recording | None) -> None:
        """Work on another recording."""
        self._recording = recording
        self._jobs.cancel("parts")
        self._known.clear()
        self._show(())

    def watch(self, on: bool) -> None:
        """Whether somebody wants to see the rows."""
        if on and not self._watched:
            self._watched = True
            self._measure()
        self._watched = on

    def choose(self, rows: Rows) -> None:
        """Show other rows."""
        self._asked = rows
        self._measure()

    def table(self, parts: Sequence[Part], delimiter: str = ",") -> str:
        """`parts` as CSV or TSV: seconds, LUFS, LU and dBTP; empty where there is no level."""
        return _table(parts, self._known_of, delimiter)

    def write(self, path: Path, parts: Sequence[Part]) -> None:
        """Write `parts` to a file in the background: tab-separated if it is called .tsv or .txt, else CSV."""
        delimiter = "\t" if path.suffix.lower() in (".tsv", ".txt") else ","
        result = self._known_of

        def work(_context: JobContext) -> Path:
            write_whole(path, _table(parts, result, delimiter).encode())
            return path

        label = f"Writing {path.name}"
        self._jobs.submit("write-parts", work, self.written.emit, label=label, supersede=False)

    def _measure(self) -> None:
        if not self._watched:
            return
        recording, result, rows = self._recording, self._analyses.loudness, self.rows
        if recording is None or result is None or rows is None:
            self._jobs.cancel("parts")
            self._show(())
            return
        annotation = self._annotations.annotation
        if self._known_of is not result:
            self._known, self._known_of = {}, result
        known = self._known

        def work(context: JobContext) -> tuple[Part, ...]:
            wanted = parts_of(annotation, rows)
            fresh = [spans for _, _, spans in wanted if spans not in known]
            found = measure_parts(recording, result, fresh, cancel=context.cancel, progress=context.progress)
            measured = known | dict(zip(fresh, found, strict=True))
            return tuple(Part(text, speaker, spans, measured[spans]) for text, speaker, spans in wanted)

        def take(parts: tuple[Part, ...]) -> None:
            self._known = known | {part.spans: part.loudness for part in parts}
            self._show(parts)

        self._jobs.submit("parts", work, take, label="Measuring words")

    def _show(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self.changed.emit()


TABLE_COLUMNS = (
    "start",
    "stop",
    "duration",
    "text",
    "speaker",
    "integrated_lufs",
    "above_programme_lu",
    "gated",
    "max_momentary_lufs",
    "max_short_term_lufs",
    "max_true_peak_dbtp",
)
"""Of a written table."""


def _table(parts: Sequence[Part], result: LoudnessResult | None, delimiter: str) -> str:
    """`parts` of what was measured."""
    rate, programme = (result.sample_rate, result.integrated_lufs) if result is not None else (1, None)
    return table_text(TABLE_COLUMNS, (_fields(part, rate, programme) for part in parts), delimiter)


def _fields(part: Part, sample_rate: int, programme: float | None) -> tuple[object, ...]:
    loudness = part.loudness
    times = (part.spans[0].start, part.spans[-1].stop, part.length)
    levels = (loudness.max_momentary_lufs, loudness.max_short_term_lufs, loudness.max_true_peak_dbtp)
    integrated = loudness.integrated_lufs
    above = integrated - programme if integrated is not None and programme is not None else None
    return (
        *(f"{frames_to_seconds(frames, sample_rate):.6f}" for frames in times),
        part.text,
        part.speaker,
        _level(integrated),
        _level(above),
        "yes" if loudness.gated else "no",
        *map(_level, levels),
    )


def _level(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"
