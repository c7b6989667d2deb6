"""`--hotwords` and `--dictionary`, with a recogniser that remembers what it was told."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiolab import __main__
from audiolab.core.userwords import DEFAULT_BOOST, UserWord
from tests.asr.checkpoints.test_catalogue import fake
from tests.fakes import ScriptedRecognizer


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedRecognizer:
    recognizer = ScriptedRecognizer()
    monkeypatch.setattr("audiolab.asr.create", lambda _name, **_options: recognizer)
    return recognizer


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.full(6400, 0.25), 8000, subtype="PCM_16")
    return path


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("Ab\ta b\nBa\t0.5\n", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> int:
    return __main__.main([str(argument) for argument in arguments])


def test_hotwords_are_boosted_and_words_of_a_dictionary_are_known(
    recording: Path, words: Path, scripted: ScriptedRecognizer
) -> None:
    form = (("a", "b"),)
    assert run("transcribe", recording, "--hotwords", words) == 0
    assert scripted.words == (UserWord("Ab", form, DEFAULT_BOOST), UserWord("Ba", (), 0.5))
    assert run("transcribe", recording, "--dictionary", words) == 0
    assert scripted.words == (UserWord("Ab", form, 0.0), UserWord("Ba", (), 0.5))
    assert run("transcribe", recording) == 0
    assert scripted.words == ()


def test_align_takes_a_dictionary(
    recording: Path, words: Path, scripted: ScriptedRecognizer, tmp_path: Path
) -> None:
    (tmp_path / "text.txt").write_text("ab ba", encoding="utf-8")
    assert run("align", recording, tmp_path / "text.txt", "--dictionary", words) == 0
    assert [word.text for word in scripted.words] == ["Ab", "Ba"]


@pytest.mark.parametrize("option", ["--hotwords", "--dictionary"])
def test_a_bad_file_stops_all_with_its_line(
    recording: Path, words: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words.write_text("Ab\tQQ\n", encoding="utf-8")
    assert run("transcribe", recording, option, words) == 1
    heard = capsys.readouterr()
    assert heard.out == ""
    wanted = "words.txt: line 1: 'QQ' is no phone; write IPA, or ARPABET as in the CMU dictionary."
    assert heard.err == f"audiolab: {wanted}\n"


def test_a_model_without_a_lexicon_says_so(
    recording: Path, words: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = fake(tmp_path / "letters")
    assert run("transcribe", recording, "--hotwords", words, "--model", folder) == 1
    error = capsys.readouterr().err
    assert error.endswith("letters knows letters, no words: leave out --hotwords and --dictionary, or --model.\n")
    (tmp_path / "text.txt").write_text("ab ba", encoding="utf-8")
    assert run("align", recording, tmp_path / "text.txt", "--dictionary", words, "--model", folder) == 1
