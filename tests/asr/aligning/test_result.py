from dataclasses import replace

from audiolab.asr.aligning import Doubt, PlacedWord, TextAlignment, Unwritten
from audiolab.core.speech import Token
from audiolab.core.tiers import IntervalTier
from audiolab.core.timebase import TimeSpan


def word(text: str, span: tuple[int, int], score: float, *doubts: Doubt) -> PlacedWord:
    place, frames = TimeSpan(0, len(text)), TimeSpan(span[0] // 10, span[1] // 10)
    tokens = (Token(text[0], TimeSpan(*span), frames, 0.5),) if score else ()
    return PlacedWord(text, place, TimeSpan(*span), frames, tokens, score, frozenset(doubts))


RESULT = TextAlignment(
    "one two three four five",
    (
        word("one", (0, 100), 0.9),
        word("two", (100, 200), 0.1, Doubt.SCORE),
        word("three", (200, 200), 0.0, Doubt.UNSPOKEN),
        word("four", (200, 300), 0.05, Doubt.SCORE, Doubt.DURATION),
        word("five", (300, 400), 0.05, Doubt.SCORE),
    ),
    (Unwritten(TimeSpan(150, 260), "more", 2),),
    16000,
    1000,
)


def test_the_most_doubtful_word_is_reviewed_first() -> None:
    assert RESULT.review() == (2, 3, 4, 1)


def test_words_without_a_place_are_in_the_text_but_not_in_the_tiers() -> None:
    alignment = RESULT.alignment()
    assert [item.text for item in alignment.words] == ["one", "two", "four", "five"]
    assert [alignment.tokens[item.tokens.start].text for item in alignment.words] == ["o", "t", "f", "f"]
    assert alignment.words[0].score == 0.5


def test_remarks_stand_in_order_without_overlap() -> None:
    tier = RESULT.annotation().tier("remarks")
    assert isinstance(tier, IntervalTier)
    assert [(item.span.start, item.span.stop) for item in tier.intervals] == [
        (100, 200),
        (200, 260),
        (260, 300),
        (300, 400),
    ]
    assert tier.intervals[1].text == "not in the text: more"
    assert tier.intervals[2].text == "impossible duration; low score"


def test_a_person_goes_on_working_with_all_words_and_their_doubts() -> None:
    words, phones, remarks = RESULT.tiers()
    assert [item.text for item in words.intervals] == ["one", "two", "three", "four", "five"]
    assert words.intervals[2].span == TimeSpan(200, 200)
    assert [item.doubts for item in words.intervals] == [word.doubts for word in RESULT.words]
    assert [item.text for item in phones.intervals] == ["o", "t", "f", "f"]
    (lacking,) = remarks.intervals
    assert (lacking.text, lacking.doubts) == ("not in the text: more", {Doubt.UNWRITTEN})
    complete = replace(RESULT, unwritten=())
    assert [tier.name for tier in complete.tiers()] == ["words", "phones"]
