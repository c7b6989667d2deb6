import itertools

from hypothesis import given
from hypothesis import strategies as st

from audiolab.core.tiers import Interval
from audiolab.core.timebase import TimeSpan
from audiolab.media.exchange import SubtitleRules, cues_from_words

RATE = 1000


def spoken(*words: tuple[int, int, str]) -> list[Interval]:
    return [Interval(TimeSpan(start, stop), text) for start, stop, text in words]


def test_words_of_one_breath_share_a_subtitle() -> None:
    (cue,) = cues_from_words(spoken((0, 400, "good"), (450, 900, "morning")), RATE)
    assert cue.text == "good morning"
    assert cue.span == TimeSpan(0, 900)


def test_a_pause_begins_a_new_subtitle() -> None:
    cues = cues_from_words(spoken((0, 400, "good"), (3000, 3500, "morning")), RATE)
    assert [cue.span for cue in cues] == [TimeSpan(0, 833), TimeSpan(3000, 3833)]


def test_a_new_speaker_begins_a_new_subtitle() -> None:
    words = [Interval(TimeSpan(0, 400), "yes", "Ann"), Interval(TimeSpan(450, 900), "no", "Bob")]
    assert [(cue.speaker, cue.text) for cue in cues_from_words(words, RATE)] == [("Ann", "yes"), ("Bob", "no")]


def test_long_words_are_kept_whole() -> None:
    (cue,) = cues_from_words(spoken((0, 400, "x" * 80)), RATE)
    assert cue.text == "x" * 80


@given(
    st.lists(
        st.tuples(st.integers(1, 900), st.integers(0, 1500), st.text("abc.", min_size=1, max_size=14)), max_size=60
    ),
    st.builds(SubtitleRules, characters=st.integers(14, 50), lines=st.integers(1, 3), gap=st.floats(0, 0.3)),
)
def test_rules_hold_for_any_words(spoken_words: list[tuple[int, int, str]], rules: SubtitleRules) -> None:
    words, at = [], 0
    for length, silence, text in spoken_words:
        words.append(Interval(TimeSpan(at, at + length), text))
        at += length + silence
    cues = cues_from_words(words, RATE, rules)
    assert " ".join(cue.text.replace("\n", " ") for cue in cues) == " ".join(word.text for word in words)
    for cue in cues:
        lines = cue.text.split("\n")
        assert len(lines) <= rules.lines
        assert all(len(line) <= rules.characters for line in lines)
        assert cue.span.length <= max(rules.longest * RATE + 1, 900)
    for before, after in itertools.pairwise(cues):
        assert before.span.stop <= after.span.start
