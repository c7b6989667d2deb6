"""Prefix beam search: its probabilities against sums over all paths, and texts that only a language model finds."""

import itertools
import json
import shutil
from collections import defaultdict
from collections.abc import Callable
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab import asr, cli, paths
from audiolab.asr.arpa import read_arpa
from audiolab.asr.checkpoints import catalogue
from audiolab.asr.checkpoints.adding import add
from audiolab.asr.checkpoints.language import Language, Weights, language_model_of, load_language
from audiolab.asr.checkpoints.likely_path import likely_path
from audiolab.asr.checkpoints.prefix_search import Effort, PrefixSearch
from audiolab.asr.checkpoints.reading import read
from audiolab.asr.checkpoints.vocabulary import Vocabulary, pieces
from audiolab.asr.ctc import best_path, collapse
from audiolab.core.cancel import CancelToken, no_progress
from audiolab.core.errors import Cancelled, ModelError
from audiolab.core.recording import ArrayRecording
from audiolab.core.speech import Emissions
from audiolab.core.timebase import FrameGrid

NO_LIMIT = Effort(width=10**9, threshold=1e9, least=-1e9)
LETTERS = pieces([" ", *"abcdefghijklmnopqrstuvwxyz"], 27)

ARPA = """\\data\\
ngram 1=7
ngram 2=4

\\1-grams:
-99 <s> -0.3
-1.0 </s>
-0.9 i -0.2
-1.1 see -0.3
-1.2 the -0.3
-1.5 sea
-2.5 tee

\\2-grams:
-0.2 <s> i
-0.2 i see
-0.2 see the
-0.2 the sea

\\end\\
"""


def language(folder: Path, weights: Weights | None = None) -> Language:
    path = folder / "made.arpa"
    path.write_text(ARPA)
    return Language(read_arpa(path), weights or Weights())


def normal(rows: npt.ArrayLike) -> npt.NDArray[np.float64]:
    values = np.asarray(rows, np.float64)
    return np.asarray(values - np.logaddexp.reduce(values, axis=1, keepdims=True))


def emitted(text: str, doubts: dict[int, str], vocabulary: Vocabulary = LETTERS) -> npt.NDArray[np.float32]:
    """Emissions of a text: each letter in one frame, then a blank; `doubts` make others a little likelier."""
    rows = np.full((2 * len(text), len(vocabulary.symbols)), log(1e-6))
    for index, letter in enumerate(text):
        rows[2 * index, vocabulary.symbols.index(letter)] = log(0.4 if index in doubts else 0.9)
        if index in doubts:
            rows[2 * index, vocabulary.symbols.index(doubts[index])] = log(0.5)
        rows[2 * index + 1, vocabulary.blank] = log(0.9)
    return normal(rows).astype(np.float32)


def emissions(rows: npt.NDArray[np.float32], vocabulary: Vocabulary = LETTERS) -> Emissions:
    return Emissions(rows, vocabulary.symbols, vocabulary.blank, FrameGrid(320, -160, 16_000), "made")


def text_of(rows: npt.NDArray[np.float32], known: Language, vocabulary: Vocabulary = LETTERS) -> str:
    """What is read with a language model, by the same road as in a checkpoint."""
    made = emissions(rows, vocabulary)
    path, _ = best_path(made)
    found = [classes for _, classes in likely_path(made, path, vocabulary, known, CancelToken())]
    return " ".join(word.text for word in read(made, np.concatenate(found), vocabulary, 16_000).words)


@given(
    st.integers(1, 5).flatmap(
        lambda frames: st.lists(
            st.lists(st.floats(-6, 0), min_size=3, max_size=3), min_size=frames, max_size=frames
        )
    )
)
def test_sums_over_all_paths(scores: list[list[float]]) -> None:
    vocabulary = pieces(["a", "b"], 2)
    log_probs = normal(scores)
    summed: dict[tuple[int, ...], float] = defaultdict(lambda: -np.inf)
    for path in itertools.product(range(3), repeat=len(log_probs)):
        labels = tuple(collapse(np.array(path), 2))
        summed[labels] = np.logaddexp(summed[labels], log_probs[np.arange(len(path)), path].sum())
    search = PrefixSearch(vocabulary, None, NO_LIMIT)
    search.hear(log_probs[:2])
    search.hear(log_probs[2:])
    found = dict(search.hypotheses())
    assert found.keys() == summed.keys()
    for labels, log_prob in found.items():
        assert log_prob == pytest.approx(summed[labels], abs=1e-9)
    assert summed[search.commit()] == pytest.approx(max(summed.values()), abs=1e-9)


WORDS = ("ab", "b", "aa")


@given(st.lists(st.lists(st.floats(-4, 0), min_size=4, max_size=4), min_size=1, max_size=5))
def test_finds_the_best_reading_of_all(scores: list[list[float]]) -> None:
    """The best sum of the network's and the language model's scores, each by its definition."""
    vocabulary = pieces([" ", "a", "b"], 3)
    log_probs = normal(scores)
    unigrams = {"ab": -0.3, "b": -0.9, "aa": -1.4, "<s>": -99.0, "</s>": -0.7}
    weights = Weights(alpha=0.8, beta=0.6, unknown=-2.0)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.arpa")
        lines = [f"{log10} {word}" for word, log10 in unigrams.items()]
        path.write_text("\n".join(["\\data\\", "ngram 1=5", "\\1-grams:", *lines, "\\end\\"]))
        known = Language(read_arpa(path), weights)

    def score_of(labels: tuple[int, ...]) -> float:
        words = "".join(vocabulary.symbols[label] for label in labels).split()
        log10 = sum(unigrams[word] if word in WORDS else min(unigrams.values()) - 2.0 for word in words)
        return 0.8 * (log10 + unigrams["</s>"]) * log(10) + 0.6 * len(words)

    search = PrefixSearch(vocabulary, known, NO_LIMIT)
    search.hear(log_probs)
    wanted = {labels: log_prob + score_of(labels) for labels, log_prob in search.hypotheses()}
    assert wanted[search.commit(last=True)] == pytest.approx(max(wanted.values()), abs=1e-6)


def test_greedy_is_wrong_and_the_language_model_puts_it_right(tmp_path: Path) -> None:
    rows = emitted("i see the sea", {4: "a", 10: "t"})
    made = emissions(rows)
    greedy = read(made, best_path(made)[0], LETTERS, 16_000)
    assert " ".join(word.text for word in greedy.words) == "i sea the tea"
    assert text_of(rows, language(tmp_path)) == "i see the sea"
    # Without weight it counts for nothing.
    assert text_of(rows, language(tmp_path, Weights(alpha=0.0, beta=0.0))) == "i sea the tea"


def test_times_are_those_of_the_found_text(tmp_path: Path) -> None:
    rows = emitted("i see the sea", {10: "t"})
    made = emissions(rows)
    ((frames, classes),) = likely_path(made, best_path(made)[0], LETTERS, language(tmp_path), CancelToken())
    assert (frames.start, frames.stop) == (0, len(rows))
    reading = read(made, classes, LETTERS, 16_000)
    assert [word.text for word in reading.words] == ["i", "see", "the", "sea"]
    assert [(word.frames.start, word.frames.stop) for word in reading.words] == [(0, 1), (4, 9), (12, 17), (20, 25)]
    assert reading.tokens[7].text == "s"
    assert reading.tokens[7].score == pytest.approx(0.4 / 0.9, abs=1e-3)  # of what was found, not of the likeliest


def test_unknown_words_can_be_said(tmp_path: Path) -> None:
    rows = emitted("i see the zoo", {})
    assert text_of(rows, language(tmp_path)) == "i see the zoo"


def test_cases_need_not_agree(tmp_path: Path) -> None:
    capitals = pieces([" ", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"], 27)
    rows = emitted("I SEE THE SEA", {4: "A", 10: "T"}, capitals)
    assert text_of(rows, language(tmp_path), capitals) == "I SEE THE SEA"
    (tmp_path / "made.arpa").write_text(ARPA.replace("see", "SEE").replace("sea", "SEA"))
    mixed = Language(read_arpa(tmp_path / "made.arpa"), Weights())
    assert mixed.word((), "SEE")[0] > mixed.word((), "see")[0] + 5


def test_word_pieces(tmp_path: Path) -> None:
    symbols = ["▁i", "▁s", "ee", "ea", "▁the", "▁t", "a"]
    vocabulary = pieces(symbols, len(symbols))
    said = ["▁i", "▁s", "ee", "▁the", "▁s", "ea"]
    rows = np.full((2 * len(said), 8), log(1e-6))
    for index, symbol in enumerate(said):
        rows[2 * index, symbols.index(symbol)] = log(0.4)
        rows[2 * index + 1, 7] = log(0.9)
    rows[2, symbols.index("▁t")] = rows[8, symbols.index("▁t")] = log(0.5)
    made = normal(rows).astype(np.float32)
    greedy = read(emissions(made, vocabulary), best_path(emissions(made, vocabulary))[0], vocabulary, 16_000)
    assert " ".join(word.text for word in greedy.words) == "i tee the tea"
    assert text_of(made, language(tmp_path), vocabulary) == "i see the sea"


def test_long_sound_in_pieces_is_read_as_a_whole(tmp_path: Path) -> None:
    """A minute and a half, cut in its pauses: nothing is lost there, and the language model remembers."""
    once = emitted("i see the sea ", {10: "t"})
    pause = np.full((60, 28), log(1e-6), np.float32)
    pause[:, 27] = log(0.99)
    rows = np.concatenate([once, normal(pause).astype(np.float32)] * 50)
    made = emissions(rows)
    known = language(tmp_path)
    found = list(likely_path(made, best_path(made)[0], LETTERS, known, CancelToken()))
    assert len(found) > 2
    assert [frames.start for frames, _ in found] == [0, *(frames.stop for frames, _ in found[:-1])]
    assert text_of(rows, known) == " ".join(["i see the sea"] * 50)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(likely_path(made, best_path(made)[0], LETTERS, known, cancel))


def test_nothing_said(tmp_path: Path) -> None:
    known = language(tmp_path)
    assert text_of(np.empty((0, 28), np.float32), known) == ""
    silence = np.full((50, 28), log(1e-6), np.float32)
    silence[:, 27] = 0.0
    assert text_of(silence, known) == ""


# ---- where it lies


def test_lies_with_the_checkpoint(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    (folder / "language_model").mkdir(parents=True)
    assert language_model_of(folder) is None
    inner = folder / "language_model" / "5gram.arpa"
    inner.write_text(ARPA)
    assert language_model_of(folder) == inner
    (folder / "lm.arpa.gz").write_text("")
    assert language_model_of(folder) == folder / "lm.arpa.gz"
    (folder / "other.arpa").write_text("")
    with pytest.raises(ModelError, match=r"checkpoint: it has several language models \(lm.arpa.gz, other.arpa\)"):
        language_model_of(folder)
    archive = tmp_path / "small.nemo"
    assert language_model_of(archive) is None
    (tmp_path / "large.arpa").write_text(ARPA)
    assert language_model_of(archive) is None
    (tmp_path / "small.arpa").write_text(ARPA)
    assert language_model_of(archive) == tmp_path / "small.arpa"


def test_weights_lie_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "made.arpa"
    path.write_text(ARPA)

    def value() -> float:
        return load_language(path, lambda: None).word((), "zoo")[0]

    # The rarest word has -2.5; half of that and of 10, in nepers, and 1.5 for the word.
    assert value() == pytest.approx(0.5 * (-2.5 - 10) * log(10) + 1.5)
    attributes = {"alpha": 0.1, "beta": 0.5, "unk_score_offset": -1, "score_boundary": False}
    (tmp_path / "attrs.json").write_text(json.dumps(attributes))
    assert value() == pytest.approx(0.1 * (-2.5 - 1) * log(10) + 0.5)
    assert load_language(path, lambda: None).begin() == ()
    assert load_language(path, lambda: None).end(()) == 0.0
    (tmp_path / "attrs.json").write_text('{"alpha": "much"}')
    with pytest.raises(ModelError, match=r"attrs\.json: its weights are no numbers; correct them"):
        value()


# ---- in a checkpoint


def test_a_checkpoint_reads_with_the_model_beside_it(
    checkpoint: Callable[[str], Path], tmp_path: Path, speech: ArrayRecording
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(checkpoint("HuBERT"), folder)
    beside = tmp_path / "beside.arpa"
    beside.write_text(ARPA)
    greedy = asr.create(str(folder)).transcribe(speech, CancelToken(), no_progress)
    named = asr.create(str(folder), language_model=beside).transcribe(speech, CancelToken(), no_progress)
    shutil.copy(beside, folder / "lm.arpa")
    assert catalogue.find(str(folder)).language_model == folder / "lm.arpa"
    done: list[float] = []
    found = asr.create(str(folder)).transcribe(speech, CancelToken(), done.append)
    worker = asr.create(str(folder), worker=True, language_model=beside)
    try:
        there = worker.transcribe(speech, CancelToken(), no_progress)
    finally:
        worker.close()
    assert found.alignment.text == named.alignment.text == there.alignment.text != greedy.alignment.text
    assert set("isethSEAHT") & set(found.alignment.text)
    np.testing.assert_array_equal(found.best_path, greedy.best_path)  # the network says the same
    assert done == sorted(done)
    assert done[-1] == 1.0


def test_added_copies_bring_it_along(checkpoint: Callable[[str], Path], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(checkpoint("HuBERT"), folder)
    (folder / "lm.arpa").write_text(ARPA)
    (folder / "attrs.json").write_text("{}")
    add(folder, True, CancelToken(), no_progress)
    info = catalogue.find("mine")
    assert info.language_model == info.path / "lm.arpa"
    assert (info.path / "attrs.json").is_file()
    assert info.path != folder


def test_other_models_know_their_language(tmp_path: Path) -> None:
    beside = tmp_path / "beside.arpa"
    beside.write_text(ARPA)
    with pytest.raises(ModelError, match="conformer-en knows its language by itself: leave out"):
        asr.create("", language_model=beside)


def test_on_the_command_line(
    checkpoint: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "beside.arpa").write_text(ARPA)
    sample = str(paths.resource_root() / "samples" / "test-signal.flac")
    command = ["transcribe", sample, "--model", str(checkpoint("HuBERT")), "--language-model"]
    assert cli.run([*command[:-1]]) == 0
    greedy = capsys.readouterr().out
    assert cli.run([*command, str(tmp_path / "beside.arpa")]) == 0
    assert capsys.readouterr().out != greedy
    assert cli.run([*command, str(tmp_path / "absent.arpa")]) == 1
    assert "absent.arpa: it cannot be read (No such file or directory)" in capsys.readouterr().err
