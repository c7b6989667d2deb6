"""Known texts, as other programs write them, and round trips of everything that a person can type."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.doubts import Doubt
from audiolab.core.errors import MediaError
from audiolab.core.tiers import Annotation, Interval, IntervalTier, Point, PointTier, Tier
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import FORMATS, read_annotation, write_annotation
from audiolab.media.exchange.subtitles import read_srt, read_vtt
from audiolab.media.exchange.tables import read_audacity, read_ctm

RATE = 16000

DATA = Path(__file__).parent / "data"
PRAAT_LONG = (DATA / "long.TextGrid").read_text()
PRAAT_SHORT = (DATA / "short.TextGrid").read_text()
PRAAT_TIERS = (
    IntervalTier(
        'Mary says "hi"',
        (Interval(TimeSpan(16000, 20000), 'a 5 "b" <c>'), Interval(TimeSpan(20000, 40000), "two\nlines")),
    ),
    PointTier("tones", (Point(8000, "H*"),)),
)

words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
texts = st.lists(words, min_size=1, max_size=4).map(" ".join)


@st.composite
def interval_tiers(draw: st.DrawFn, name: str, text: st.SearchStrategy[str] = texts) -> IntervalTier:
    milliseconds = draw(st.lists(st.integers(0, 7_200_000), min_size=2, max_size=12, unique=True))
    edges = [position * RATE // 1000 for position in sorted(milliseconds)]
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return IntervalTier(name, tuple(Interval(TimeSpan(start, stop), draw(text)) for start, stop in pairs))


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    points = sorted(position * RATE // 1000 for position in draw(st.lists(st.integers(0, 7_200_000), max_size=6)))
    tiers: tuple[Tier, ...] = (
        draw(interval_tiers("words")),
        PointTier("events", tuple(Point(frame, draw(texts)) for frame in points)),
    )
    return Annotation(RATE, 7200 * RATE, tiers)


@pytest.mark.parametrize("text", [PRAAT_LONG, PRAAT_SHORT], ids=["long", "short"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_praats_own_files(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "mary.TextGrid"
    prefix = "\ufeff" if encoding == "utf-16-le" else ""
    file.write_bytes((prefix + text).encode(encoding))
    assert read_annotation(file, RATE, 40000) == Annotation(RATE, 40000, PRAAT_TIERS)


def test_writes_what_praat_writes(tmp_path: Path) -> None:
    file = tmp_path / "mary.TextGrid"
    write_annotation(Annotation(RATE, 40000, PRAAT_TIERS), file)
    strip = [line.strip() for line in PRAAT_LONG.splitlines()]
    written = [line.strip() for line in file.read_text().splitlines()]
    assert [line.replace(".0", "") for line in written] == strip


@pytest.mark.parametrize("name", ["json", "textgrid", "textgrid-short", "eaf", "csv", "tsv"])
@given(annotation=annotations())
def test_round_trip_of_all_tiers(
    tmp_path_factory: pytest.TempPathFactory, name: str, annotation: Annotation
) -> None:
    file = tmp_path_factory.mktemp("exchange") / "annotation"
    write_annotation(annotation, file, name)
    read = read_annotation(file, RATE, annotation.frames, name)
    wanted = [tier for tier in annotation.tiers if tier != PointTier("events") or name not in ("csv", "tsv")]
    assert list(read.tiers) == wanted


def test_doubts_are_kept_in_our_own_files_alone(tmp_path: Path) -> None:
    doubts = frozenset({Doubt.INTERPOLATED, Doubt.SCORE})
    tier = IntervalTier("words", (Interval(TimeSpan(0, 80), "a", doubts=doubts), Interval(TimeSpan(80, 160), "b")))
    annotation = Annotation(RATE, 160, (tier,))
    for name in FORMATS:
        write_annotation(annotation, tmp_path / "annotation", name)
        if name == "json":
            assert read_annotation(tmp_path / "annotation", RATE, 160, name) == annotation
        elif FORMATS[name].read is not None:
            (read,) = read_annotation(tmp_path / "annotation", RATE, 160, name).tiers
            assert isinstance(read, IntervalTier)
            assert not any(item.doubts for item in read.intervals)


def test_files_without_doubts_and_of_later_versions(tmp_path: Path) -> None:
    text = '{"format": "audiolab-annotation", "version": %d, "sample_rate": 16000, "frames": 9, "tiers": [%s]}'
    file = tmp_path / "a.json"
    file.write_text(text % (1, '{"name": "words", "intervals": [[0, 9, "a", "Ann"]]}'))
    assert read_annotation(file, RATE, 9).tiers == (IntervalTier("words", (Interval(TimeSpan(0, 9), "a", "Ann"),)),)
    file.write_text(text % (2, '{"name": "words", "intervals": [[0, 9, "a", "", ["silence", "unheard of"]]]}'))
    (tier,) = read_annotation(file, RATE, 9).tiers
    assert isinstance(tier, IntervalTier)
    assert tier.intervals[0].doubts == {Doubt.SILENCE}
    file.write_text(text % (3, ""))
    with pytest.raises(MediaError, match="version 3"):
        read_annotation(file, RATE, 9)


@pytest.mark.parametrize(("name", "tier"), [("srt", "subtitles"), ("vtt", "subtitles"), ("audacity", "labels")])
@given(data=st.data())
def test_round_trip_of_one_tier(
    tmp_path_factory: pytest.TempPathFactory, name: str, tier: str, data: st.DataObject
) -> None:
    annotation = Annotation(RATE, 7200 * RATE, (data.draw(interval_tiers(tier)),))
    file = tmp_path_factory.mktemp("exchange") / "annotation"
    write_annotation(annotation, file, name)
    assert read_annotation(file, RATE, annotation.frames, name) == annotation


@given(interval_tiers("words", words))
def test_round_trip_of_ctm(tmp_path_factory: pytest.TempPathFactory, tier: IntervalTier) -> None:
    file = tmp_path_factory.mktemp("exchange") / "my talk.ctm"
    annotation = Annotation(RATE, 7200 * RATE, (tier,))
    write_annotation(annotation, file)
    read = read_annotation(file, RATE, annotation.frames).tiers[0]
    assert isinstance(read, IntervalTier)
    assert [item.text for item in read.intervals] == [item.text for item in tier.intervals]
    for before, after in zip(tier.intervals, read.intervals, strict=True):
        assert abs(before.span.start - after.span.start) <= 1
        assert abs(before.span.stop - after.span.stop) <= 1


def test_subrip_of_other_programs() -> None:
    text = "\ufeff1\r\n00:00:01,000 --> 00:00:02,5\r\n{\\an8}Hello\r\nyou\r\n\r\n\r\n3\r\n"
    text += "1:00:00.250 --> 1:00:01.000\r\nBye\r\n"
    cues = read_srt(text, 1000)
    assert [(cue.span, cue.text) for cue in cues] == [
        (TimeSpan(1000, 2500), "Hello\nyou"),
        (TimeSpan(3600250, 3601000), "Bye"),
    ]


def test_webvtt_with_everything() -> None:
    text = (
        "WEBVTT - a title\n\nSTYLE\n::cue { color: red }\n\nNOTE a --> b\n\nid\n"
        "00:01.000 --> 00:02.000 align:start\n"
        "<v.loud Ann Lee>Tom &amp; <b>Jerry</b> &lt;3 <00:01.500>now\n"
    )
    (cue,) = read_vtt(text, 1000)
    assert (cue.span, cue.speaker, cue.text) == (TimeSpan(1000, 2000), "Ann Lee", "Tom & Jerry <3 now")


def test_audacity_with_spectral_labels() -> None:
    found = read_audacity("1.5\t2.5\ta\tb\n\\\t100.0\t200.0\n0.5\t0.5\tpoint\n", 1000)
    wanted = [(TimeSpan(500, 500), "point"), (TimeSpan(1500, 2500), "a\tb")]
    assert [(item.span, item.text) for item in found] == wanted


def test_ctm_of_scoring_tools() -> None:
    (word,) = read_ctm(";; comment\nfile A 0.50 0.25 hello 0.98\n", 1000)
    assert (word.span, word.text) == (TimeSpan(500, 750), "hello")


def test_overlapping_subtitles_become_two_tiers(tmp_path: Path) -> None:
    file = tmp_path / "two.srt"
    file.write_text("1\n00:00:00,000 --> 00:00:02,000\na\n\n2\n00:00:01,000 --> 00:00:03,000\nb\n")
    read = read_annotation(file, RATE, 0)
    assert [tier.name for tier in read.tiers] == ["subtitles", "subtitles (2)"]


def test_elan_with_references_and_untimed_slots(tmp_path: Path) -> None:
    file = tmp_path / "a.eaf"
    file.write_text(
        """<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT><TIME_ORDER>
        <TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="100"/><TIME_SLOT TIME_SLOT_ID="t2"/>
        <TIME_SLOT TIME_SLOT_ID="t3" TIME_VALUE="900"/></TIME_ORDER>
        <TIER TIER_ID="text" PARTICIPANT="Ann" LINGUISTIC_TYPE_REF="d">
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t3">
        <ANNOTATION_VALUE>hello</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
        <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="t2" TIME_SLOT_REF2="t3">
        <ANNOTATION_VALUE>lost</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
        <TIER TIER_ID="gloss" LINGUISTIC_TYPE_REF="d"><ANNOTATION>
        <REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a1"><ANNOTATION_VALUE>bonjour</ANNOTATION_VALUE>
        </REF_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"""
    )
    assert read_annotation(file, 1000, 0).tiers == (
        IntervalTier("text", (Interval(TimeSpan(100, 900), "hello", "Ann"),)),
        IntervalTier("gloss", (Interval(TimeSpan(100, 900), "bonjour"),)),
    )


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.read])
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nonsense_is_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: bytes
) -> None:
    file = tmp_path_factory.mktemp("exchange") / "nonsense"
    file.write_bytes(data)
    try:
        read_annotation(file, RATE, 0, name)
    except MediaError as error:
        said = str(error)
    else:
        said = "nonsense: is fine"  # a few bytes can be a valid, empty file
    assert said.startswith("nonsense: ")
    assert "\n" not in said


@pytest.mark.parametrize("cut", range(0, len(PRAAT_LONG) - 30, 37))
def test_a_textgrid_that_ends_early_is_refused(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "cut.TextGrid"
    file.write_text(PRAAT_LONG[:cut])
    with pytest.raises(MediaError, match=r"cut\.TextGrid: "):
        read_annotation(file, RATE, 0)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    file = tmp_path / "laughs.eaf"
    file.write_text('<!DOCTYPE a [<!ENTITY b "ha">]><ANNOTATION_DOCUMENT>&b;</ANNOTATION_DOCUMENT>')
    with pytest.raises(MediaError, match="entities"):
        read_annotation(file, RATE, 0)


def test_missing_file_and_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        read_annotation(tmp_path / "none.srt", RATE, 0)
    with pytest.raises(MediaError, match="no format"):
        read_annotation(tmp_path / "none.xyz", RATE, 0)
    with pytest.raises(MediaError, match="cannot be written"):
        write_annotation(Annotation(RATE, 0), tmp_path / "missing" / "a.srt")
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("time", ["inf", "nan", "1e999"])
def test_times_beyond_all_bounds_are_refused(tmp_path: Path, time: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"start,text\n{time},a\n")
    with pytest.raises(MediaError, match=r"a\.csv: "):
        read_annotation(file, RATE, 0)
