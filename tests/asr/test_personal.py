"""A person's words in the search: which words and forms there are, and what is found with them."""

from collections.abc import Callable

import numpy as np
import pytest

from audiolab.asr.aligning.pronounce import Pronouncer
from audiolab.asr.beam import BeamSearch, BeamSettings
from audiolab.asr.decoder_data import DecoderData, build_decoder_data
from audiolab.asr.personal import PersonalData, with_user_words
from audiolab.asr.sphinx_lm import Unigrams
from audiolab.core.cancel import CancelToken
from audiolab.core.errors import Cancelled
from audiolab.core.timebase import TimeSpan
from audiolab.core.userwords import UserWord
from tests.asr import small_language as small
from tests.asr.test_beam import sharp

SYMBOLS = ("x", "y", "z")
CLASSES = {symbol: index for index, symbol in enumerate(SYMBOLS)}
FORMS = {
    word: tuple(tuple(SYMBOLS[label] for label in form) for form in forms) for word, forms in small.FORMS.items()
}


@pytest.fixture(scope="module")
def data() -> DecoderData:
    log10 = np.array([small.UNIGRAMS[word][0] for word in small.WORDS], np.float32)
    back_off = np.array([small.UNIGRAMS[word][1] for word in small.WORDS], np.float32)
    vocabulary = (*SYMBOLS, "<wb>", "<blank>")
    return build_decoder_data(small.model(), Unigrams(small.WORDS, log10, back_off), FORMS, vocabulary)


def nobody() -> Pronouncer:
    pytest.fail("nothing had to be worked out")


def letters() -> Pronouncer:
    return Pronouncer({}, SYMBOLS, tuple)


def with_words(data: DecoderData, *words: UserWord, pronouncer: Callable[[], Pronouncer] = nobody) -> PersonalData:
    return with_user_words(data, words, CLASSES, pronouncer)


def found(data: DecoderData | PersonalData, said: str) -> list[str]:
    search = BeamSearch(data.tree, data.model, small.BOUNDARY, small.BLANK, BeamSettings(classes=small.CLASSES))
    words, _ = search.decode(sharp(said), [TimeSpan(0, len(said))], lambda: None)
    return [data.text(word) for word in words.tolist()]


def test_an_unknown_word_is_found_as_its_person_writes_it(data: DecoderData) -> None:
    assert "Ceecee" not in found(data, ".c.ac.|")
    own = with_words(data, UserWord("Ceecee", (("z", "x", "z"), ("z", "z"))))
    assert found(own, ".c.ac.|a.|") == ["Ceecee", "a"]
    assert found(own, ".c.c.|") == ["Ceecee"]
    assert own.forms(len(small.WORDS)) == [(2, 0, 2), (2, 2)]
    assert found(own, "a.|b|") == found(data, "a.|b|")


def test_a_word_without_pronunciation_gets_one(data: DecoderData) -> None:
    own = with_words(data, UserWord("Zxz"), pronouncer=letters)
    assert found(own, ".c.ac.|") == ["Zxz"]
    assert own.forms(len(small.WORDS)) == [(2, 0, 2)]


def test_what_nobody_can_say_is_left_out(data: DecoderData) -> None:
    own = with_words(data, UserWord("你好", (), 3.0), UserWord("a 你好", (), 3.0), pronouncer=letters)
    assert found(own, "a.|b|") == ["a", "bee"]


def test_a_known_word_keeps_its_pronunciations_and_gets_more(data: DecoderData) -> None:
    own = with_words(data, UserWord("Abc", (("z", "y"), ("x", "y", "z"))))
    assert own.forms(small.WORDS.index("abc")) == [(2, 1), (0, 1, 2)]
    assert own.text(small.WORDS.index("abc")) == "Abc"
    assert found(own, "c.b|") == found(own, "abc|") == ["Abc"]


def test_a_boost_decides_between_homophones(data: DecoderData) -> None:
    said = ".ab.|"
    assert found(data, said) == ["bee"]
    assert found(with_words(data, UserWord("ab", (), 3.0)), said) == ["ab"]
    assert found(with_words(data, UserWord("bee", (), 3.0), UserWord("ab", (), 3.0)), said) == ["bee"]


def test_a_phrase_helps_its_words_where_they_are_together(data: DecoderData) -> None:
    own = with_words(data, UserWord("ab a ab", (), 2.0))
    assert found(own, ".ab.|.a.|ab|") == ["ab", "a", "ab"]
    assert found(own, ".ab.|.a.|a|") == found(data, ".ab.|.a.|a|")
    assert found(own, ".ab.|") == ["bee"], "what broke off is taken back, at the end of all, too"


def test_pronouncing_many_words_can_be_stopped(data: DecoderData) -> None:
    cancel = CancelToken()
    asked: list[str] = []

    def convert(word: str) -> tuple[str, ...]:
        asked.append(word)
        cancel.cancel()
        return ("z",)

    words = (UserWord("Zxz"), UserWord("Zyz"))
    with pytest.raises(Cancelled):
        with_user_words(data, words, CLASSES, lambda: Pronouncer({}, SYMBOLS, convert), cancel.check)
    assert asked == ["zxz"]


def test_the_data_stay_as_they_are(data: DecoderData) -> None:
    nodes = data.tree.exits
    with_words(data, UserWord("Ceecee", (("z", "x", "z"),), 3.0), UserWord("ab", (), 3.0))
    assert data.tree.exits == nodes
    assert found(data, ".ab.|") == ["bee"]
