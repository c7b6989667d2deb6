"""The ARPA reader: scores against their definition, any order, and what is said of files that are none."""

import gzip
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.arpa import ArpaModel, read_arpa
from audiolab.core.errors import Cancelled, ModelError
from tests.asr import small_language

Grams = dict[tuple[str, ...], tuple[float, float]]


def written(grams: Grams) -> str:
    """An ARPA file of n-grams with logarithms and back-off weights."""
    order = max(map(len, grams))
    of_length = {n: [gram for gram in grams if len(gram) == n] for n in range(1, order + 1)}
    lines = ["made for a test", "", "\\data\\", *(f"ngram {n}={len(found)}" for n, found in of_length.items())]
    for n, found in of_length.items():
        lines += ["", f"\\{n}-grams:"]
        for gram in found:
            log10, back_off = grams[gram]
            lines.append("\t".join([repr(log10), " ".join(gram), *([repr(back_off)] if n < order else [])]))
    return "\n".join([*lines, "", "\\end\\", ""])


def score_of(grams: Grams, words: tuple[str, ...]) -> float:
    """Of the last word behind the others, as the definition of back-off says it."""
    if words in grams or len(words) == 1:
        return grams[words][0]
    return grams.get(words[:-1], (0.0, 0.0))[1] + score_of(grams, words[1:])


def trigrams() -> Grams:
    """The small language of the tests of the default model's search."""
    found: Grams = {(word,): pair for word, pair in small_language.UNIGRAMS.items()}
    return {**found, **small_language.BIGRAMS, **{g: (p, 0.0) for g, p in small_language.TRIGRAMS.items()}}


def sentence(model: ArpaModel, words: tuple[str, ...]) -> float:
    state, total = model.begin(), 0.0
    for word in (*words, "</s>"):
        log10, state = model.score(state, word)
        total += log10
    return total


@pytest.mark.parametrize("name", ["model.arpa", "model.arpa.gz"])
def test_scores_sentences_as_the_other_model_does(name: str, tmp_path: Path) -> None:
    text = written(trigrams()).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    model = read_arpa(tmp_path / name)
    assert model.order == 3
    assert model.words == ["a", "ab", "abc", "bee"]
    for length in range(4):
        for words in itertools.product(("a", "ab", "bee"), repeat=length):
            assert sentence(model, words) == pytest.approx(small_language.sentence_log10(words), abs=1e-5)


@st.composite
def models(draw: st.DrawFn) -> Grams:
    """Any n-grams of which each shorter beginning and end is one, too."""
    number = st.floats(-5, 0).map(lambda value: round(value, 3))
    words = ["<s>", "</s>", "x", "y", "z"]
    grams: Grams = {(word,): (draw(number), draw(number)) for word in words}
    order = draw(st.integers(1, 5))
    for length in range(2, order + 1):
        shorter = [gram for gram in grams if len(gram) == length - 1]
        possible = [(*gram, word) for gram in shorter for word in words if (*gram[1:], word) in grams]
        for gram in draw(st.lists(st.sampled_from(possible), unique=True, max_size=12)) if possible else []:
            grams[gram] = (draw(number), draw(number))
    longest = max(map(len, grams))
    return {gram: (p, 0.0 if len(gram) == longest else b) for gram, (p, b) in grams.items()}


@given(models(), st.lists(st.sampled_from(["x", "y", "z"]), max_size=6))
def test_any_order_is_as_the_definition_says(grams: Grams, words: list[str]) -> None:
    # hypothesis calls this often: one file for all.
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.arpa")
        path.write_text(written(grams))
        model = read_arpa(path)
    state = model.begin()
    order = max(map(len, grams))
    past = ("<s>",)
    for word in [*words, "</s>"]:
        log10, state = model.score(state, word)
        context = past[-(order - 1) :] if order > 1 else ()
        assert log10 == pytest.approx(score_of(grams, (*context, word)), abs=1e-4)
        past = (*past, word)


def test_unknown_words(tmp_path: Path) -> None:
    grams: Grams = {("<s>",): (-99.0, -0.5), ("</s>",): (-1.0, 0.0), ("a",): (-0.5, 0.0), ("b",): (-2.0, 0.0)}
    path = tmp_path / "made.arpa"
    path.write_text(written({gram: pair for gram, pair in grams.items() if gram != ("<s>",)}))
    model = read_arpa(path)
    assert model.begin() == ()
    assert not model.knows("c")
    assert model.score((), "c")[0] == pytest.approx(-2.0)  # as the rarest word
    path.write_text(written({**grams, ("<unk>",): (-3.0, 0.0)}))
    model = read_arpa(path)
    assert model.score((), "c")[0] == pytest.approx(-3.0)
    assert model.words == ["a", "b"]


GOOD = written(trigrams())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"^bad\.arpa, line 0: it is empty; make or fetch the language model again\.$"),
        ("hello\nworld\n", r"^bad\.arpa, line 2: it ends too early"),
        (GOOD.replace("\\data\\", "\\data\\\nngrams"), "line 4: a number of n-grams should stand here"),
        (GOOD.replace("ngram 2=", "ngram 7="), "the orders should be 1, 2, 3 and so on"),
        (GOOD.replace("ngram 1=6", "ngram 1=0"), "it has no words"),
        (GOOD.replace("ngram 1=6", "ngram 1=7"), r"a logarithm and 1 words should stand here, 7 times in all"),
        (GOOD.replace("ngram 1=6", "ngram 1=5"), r"\\2-grams: should stand here"),
        (GOOD.replace("ngram 1=", "ngram 1=-"), "the orders should be"),
        (GOOD.replace("-0.6\ta", "many\ta"), "it should begin with a logarithm"),
        (GOOD.replace("\tab\t", "\ta\t"), "'a' is there twice"),
        (GOOD.replace("a bee", "a wasp"), "'wasp' is not among the 1-grams"),
        (GOOD.replace("\\end\\", ""), "it ends too early"),
        (GOOD.replace("\\end\\", "\\4-grams:"), r"\\end\\ should stand here"),
        (GOOD.replace("<s> a bee", "</s> a bee"), "begins with words that are no shorter n-gram"),
        (GOOD.encode().replace(b"bee", b"\xff"), "it is not UTF-8"),
    ],
)
def test_files_that_are_none_say_where(text: str | bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.arpa"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ModelError, match=sentence) as caught:
        read_arpa(path)
    assert str(caught.value).endswith("; make or fetch the language model again.")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^absent\.arpa: it cannot be read \(No such file"):
        read_arpa(tmp_path / "absent.arpa")
    path = tmp_path / "cut.arpa.gz"
    for data in (gzip.compress(GOOD.encode())[:-40], b"no gzip at all"):
        path.write_bytes(data)
        with pytest.raises(ModelError, match=r"^cut\.arpa\.gz: it cannot be read \(it is damaged\)"):
            read_arpa(path)


def test_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "long.arpa"
    path.write_text("\n".join(["\\data\\", "ngram 1=60000", "\\1-grams:", *(f"-1 w{n}" for n in range(60_000))]))

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_arpa(path, stop)
