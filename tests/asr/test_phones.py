import pytest

from audiolab.asr.phones import model_vocabulary, read_pronunciation, written

CHURCH = ("t͡ʃ", "ɝ", "t͡ʃ")


@pytest.mark.parametrize("typed", ["t͡ʃ ɝ t͡ʃ", "tʃɝtʃ", "/ˈtʃɜːtʃ/", "CH ER1 CH", "ch er ch", "tʃ ɚ t͡ʃ", "ʧɜrʧ"])
def test_ways_to_write_one_pronunciation(typed: str) -> None:
    assert read_pronunciation(typed) == CHURCH


def test_what_is_written_is_read() -> None:
    form = read_pronunciation("dʒəˈmaɪkə")
    assert form == ("d͡ʒ", "ə", "m", "aɪ", "k", "ə")
    assert read_pronunciation(written(form)) == form
    assert set(form) <= set(model_vocabulary())


def test_ipa_letters_are_not_taken_for_symbols_of_other_languages() -> None:
    assert "ju" in model_vocabulary()
    assert read_pronunciation("junik") == ("j", "u", "n", "i", "k")


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("N AX", "AX"),
        ("k æ 7", "7"),
        ("æ 不", "不"),
        ("k@t", "k@t"),
        ("k ʘ t", "ʘ"),
        ("<wb>", "<wb>"),
        ("", ""),
        ("ˈ", ""),
    ],
)
def test_what_is_no_phone_is_named(typed: str, named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}$"):
        read_pronunciation(typed)
