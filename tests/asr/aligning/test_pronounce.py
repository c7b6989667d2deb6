import pytest

from audiolab.asr.aligning.pronounce import Pronouncer, by_rule, can_be_said
from audiolab.asr.aligning.text import words_of
from audiolab.core.userwords import UserWord

PHONES = "a æ b d ɑ ɔ g k l n s z ʃ ɪ i t v aɪ eɪ ə u oʊ"
VOCABULARY = tuple(PHONES.split())
LEXICON = {
    "dog": (("d", "ɔ", "g"), ("d", "ɑ", "g")),
    "cat": (("k", "æ", "t"),),
    "naive": (("n", "aɪ", "i", "v"),),
    "dish": (("d", "ɪ", "ʃ"),),
    "a": (("ə",), ("eɪ",)),
}


def pronouncer(form: tuple[str, ...] = ()) -> Pronouncer:
    return Pronouncer(LEXICON, VOCABULARY, lambda _letters: form)


def test_known_words_have_the_pronunciations_of_the_lexicon() -> None:
    assert pronouncer().word("dog") == (LEXICON["dog"], False)
    assert pronouncer().word("naïve") == (LEXICON["naive"], False)


@pytest.mark.parametrize(("word", "ending"), [("dog's", "z"), ("cat's", "s"), ("dish's", "z")])
def test_a_genitive_is_made_of_its_word(word: str, ending: str) -> None:
    variants, guessed = pronouncer().word(word)
    assert [variant[-1] for variant in variants] == [ending] * len(variants)
    assert not guessed


def test_unknown_words_are_converted_once() -> None:
    asked = []

    def convert(letters: str) -> tuple[str, ...]:
        asked.append(letters)
        return ("b", "?", "a")

    known = Pronouncer(LEXICON, VOCABULARY, convert)
    assert known.word("o'bá") == known.word("o'bá") == ((("b", "a"),), False)
    assert asked == ["oba"]


def test_rules_do_where_nothing_converts_and_say_so() -> None:
    assert pronouncer().word("ballad") == ((("b", "æ", "l", "æ", "d"),), True)
    assert by_rule("nation") == ("n", "æ", "ʃ", "ə", "n")
    assert by_rule("x" * 3) == ("k", "s")


def test_what_has_no_letters_of_the_language_cannot_be_said() -> None:
    assert pronouncer().word("привет") == ((), False)
    assert pronouncer().pronounced([("привет",)]).forms == ()


def test_readings_are_said_word_after_word_in_all_ways() -> None:
    said = pronouncer().pronounced([("a", "dog"), ("cat",), ("привет", "cat")])
    spelled = ["".join(VOCABULARY[label] for label in form) for form in said.forms]
    assert spelled == ["ədɔg", "ədɑg", "eɪdɔg", "eɪdɑg", "kæt"]


def test_the_installed_conversion_gives_forms_of_the_model() -> None:
    forms, guessed = Pronouncer({}, VOCABULARY).word("lagida")
    assert forms
    assert all(symbol in VOCABULARY for form in forms for symbol in form)
    assert isinstance(guessed, bool)


def test_own_pronunciations_come_first() -> None:
    own = (UserWord("Dog", (("d", "aɪ"),)), UserWord("Lagida", (("l", "a"), ("l", "i"))), UserWord("cat"))
    known = pronouncer(("z",)).knowing(own)
    assert known.word("dog") == ((("d", "aɪ"), *LEXICON["dog"]), False)
    assert known.word("lagida") == ((("l", "a"), ("l", "i")), False)
    assert known.word("lagida's") == ((("l", "a", "z"), ("l", "i", "z")), False)
    assert known.word("cat") == (LEXICON["cat"], False)
    assert known.word("unknown") == ((("z",),), False)


def test_an_own_pronunciation_of_a_unit_of_several_words_is_that_of_the_unit() -> None:
    own = (UserWord("Cat-4", (("z", "u"),)),)
    (unit,) = words_of("Cat-4.")
    spoken = pronouncer(("k",)).knowing(own).pronounced(unit.spoken)
    assert spoken.forms[0] == (VOCABULARY.index("z"), VOCABULARY.index("u"))
    assert pronouncer(("k",)).pronounced(unit.spoken).forms[0] != spoken.forms[0]


@pytest.mark.parametrize(
    ("unit", "can"), [("naïve", True), ("GPT-4", True), ("C++", True), ("你好", False), ("…", False)]
)
def test_what_can_be_said(unit: str, can: bool) -> None:
    assert can_be_said(unit) == can


def test_a_search_looks_for_the_form_by_spelling_too() -> None:
    def texts(unit: str) -> list[str]:
        return ["".join(VOCABULARY[label] for label in form) for form in pronouncer(("z", "u")).searched(unit)]

    assert texts("Dog") == ["dɔg", "dɑg", "zu"]
    assert texts("Lagida") == ["zu"]
    assert texts("dog-dish") == ["dɔgdɪʃ", "dɑgdɪʃ"]
    assert texts("你好") == []
