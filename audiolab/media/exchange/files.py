"""Annotation files: the table of formats, and reading and writing with one clear sentence where it fails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from audiolab.core.errors import MediaError
from audiolab.core.tiers import WORDS, Annotation, Interval, IntervalTier, Tier, interval_tiers
from audiolab.media.exchange import document, eaf, lossless, subtitles, tables, textgrid
from audiolab.media.exchange.cueing import SubtitleRules, cues_from_words
from audiolab.media.wholefile import write_whole

Reader = Callable[[bytes, Annotation], Annotation]
Writer = Callable[[Annotation, SubtitleRules, str], bytes]


@dataclass(frozen=True, slots=True)
class ExchangeFormat:
    """One format.

    Attributes:
        name: what `--format` takes.
        title: for people.
        suffixes: of its files, the usual one first.
        read: from a file's bytes and an annotation without tiers (which gives rate and length); None if it cannot.
        write: to a file's bytes, by subtitle rules (where it has subtitles) and the recording's name.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Reader | None
    write: Writer


def format_of(path: Path) -> ExchangeFormat | None:
    """The format that a file's name speaks of."""
    return next((kind for kind in FORMATS.values() if path.suffix.lower() in kind.suffixes), None)


def read_annotation(path: Path, sample_rate: int, frames: int, name: str | None = None) -> Annotation:
    """The annotation in `path`, with positions at `sample_rate`.

    Args:
        path: the file.
        sample_rate: of the recording it belongs to, in Hz.
        frames: length of that recording in sample frames.
        name: of the format; None goes by the file's name.

    Raises:
        MediaError: the file cannot be read, or is not of that format.
    """
    kind = FORMATS.get(name) if name else format_of(path)
    if kind is None or kind.read is None:
        readable = ", ".join(other.suffixes[0] for other in FORMATS.values() if other.read and other.suffixes)
        raise MediaError(path, "is of no format whose annotations can be read", f"choose one of {readable}")
    try:
        return kind.read(path.read_bytes(), Annotation(sample_rate, frames))
    except OSError as error:
        raise MediaError(
            path, f"cannot be read ({error.strerror})", "check that it is there and readable"
        ) from None
    except (ValueError, OverflowError) as error:
        raise MediaError(path, str(error), f"export it as {kind.title} again") from None


def write_annotation(
    annotation: Annotation, path: Path, name: str | None = None, rules: SubtitleRules | None = None
) -> None:
    """Write `annotation` to `path`, all or nothing.

    Args:
        annotation: what to write.
        path: where; an existing file is replaced.
        name: of the format; None goes by the file's name.
        rules: of subtitles, where the format has them.

    Raises:
        MediaError: the format is unknown, or the file cannot be written.
    """
    kind = FORMATS.get(name) if name else format_of(path)
    if kind is None:
        raise MediaError(path, "is of no format that can be written", f"choose one of {', '.join(FORMATS)}")
    write_whole(path, kind.write(annotation, rules or SubtitleRules(), path.stem))


def _text(data: bytes) -> str:
    return textgrid.decode(data)


def _words(annotation: Annotation) -> tuple[Interval, ...]:
    """The words tier, else the first tier of intervals."""
    tiers = [tier for tier in annotation.tiers if isinstance(tier, IntervalTier)]
    chosen = next((tier for tier in tiers if tier.name == WORDS), tiers[0] if tiers else None)
    return chosen.intervals if chosen else ()


def _cues(annotation: Annotation, rules: SubtitleRules) -> list[Interval]:
    """Words become subtitles by the rules; what is no words tier is taken to be subtitles already."""
    words = annotation.tier(WORDS)
    if isinstance(words, IntervalTier):
        return cues_from_words(words.intervals, annotation.sample_rate, rules)
    return list(_words(annotation))


def _intervals_reader(parse: Callable[[str, int], list[Interval]], tier: str) -> Reader:
    def read(data: bytes, empty: Annotation) -> Annotation:
        return _with(empty, interval_tiers(tier, parse(_text(data), empty.sample_rate)))

    return read


def _with(empty: Annotation, tiers: tuple[Tier, ...]) -> Annotation:
    return replace(empty, tiers=tiers)


def _read_textgrid(data: bytes, empty: Annotation) -> Annotation:
    found = textgrid.read(_text(data), empty.sample_rate)
    return replace(found, frames=max(found.frames, empty.frames))


def _read_lossless(data: bytes, empty: Annotation) -> Annotation:
    found = lossless.read(_text(data))
    if found.sample_rate != empty.sample_rate:
        raise ValueError(f"belongs to a recording of {found.sample_rate} Hz, this one has {empty.sample_rate} Hz")
    return found


def _read_table(delimiter: str, data: bytes, empty: Annotation) -> Annotation:
    return _with(empty, tables.read_csv(_text(data), empty.sample_rate, delimiter))


def _write_audacity(annotation: Annotation, _rules: SubtitleRules, _name: str) -> bytes:
    chosen = annotation.tier(WORDS) or next(iter(annotation.tiers), IntervalTier(WORDS))
    return tables.write_audacity(chosen, annotation.sample_rate).encode()


def _write_text(annotation: Annotation, _rules: SubtitleRules, _name: str) -> bytes:
    return (" ".join(word.text for word in _words(annotation)) + "\n").encode()


_ALL = (
    ExchangeFormat("txt", "plain text", (".txt",), None, _write_text),
    ExchangeFormat(
        "json",
        "Audiolab JSON",
        (".json",),
        _read_lossless,
        lambda annotation, *_: lossless.write(annotation).encode(),
    ),
    ExchangeFormat(
        "srt",
        "SubRip subtitles",
        (".srt",),
        _intervals_reader(subtitles.read_srt, "subtitles"),
        lambda annotation, rules, _: subtitles.write_srt(_cues(annotation, rules), annotation.sample_rate).encode(),
    ),
    ExchangeFormat(
        "vtt",
        "WebVTT subtitles",
        (".vtt",),
        _intervals_reader(subtitles.read_vtt, "subtitles"),
        lambda annotation, rules, _: subtitles.write_vtt(_cues(annotation, rules), annotation.sample_rate).encode(),
    ),
    ExchangeFormat(
        "textgrid",
        "Praat TextGrid",
        (".textgrid",),
        _read_textgrid,
        lambda annotation, *_: textgrid.write(annotation).encode(),
    ),
    ExchangeFormat(
        "textgrid-short",
        "Praat TextGrid, short",
        (),
        _read_textgrid,
        lambda annotation, *_: textgrid.write(annotation, short=True).encode(),
    ),
    ExchangeFormat(
        "eaf",
        "ELAN annotation",
        (".eaf",),
        lambda data, empty: _with(empty, eaf.read(data, empty.sample_rate)),
        lambda annotation, *_: eaf.write(annotation),
    ),
    ExchangeFormat(
        "audacity",
        "Audacity labels",
        (".labels",),
        _intervals_reader(tables.read_audacity, "labels"),
        _write_audacity,
    ),
    ExchangeFormat(
        "csv", "CSV table", (".csv",), partial(_read_table, ","), lambda a, *_: tables.write_csv(a).encode()
    ),
    ExchangeFormat(
        "tsv", "TSV table", (".tsv",), partial(_read_table, "\t"), lambda a, *_: tables.write_csv(a, "\t").encode()
    ),
    ExchangeFormat(
        "ctm",
        "NIST CTM",
        (".ctm",),
        _intervals_reader(tables.read_ctm, WORDS),
        lambda a, _, name: tables.write_ctm(_words(a), a.sample_rate, name).encode(),
    ),
    ExchangeFormat(
        "docx",
        "Word document",
        (".docx",),
        None,
        lambda annotation, _, name: document.write_docx(_words(annotation), annotation.sample_rate, name),
    ),
)

FORMATS: dict[str, ExchangeFormat] = {kind.name: kind for kind in _ALL}
"""All formats by name."""
