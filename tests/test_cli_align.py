"""`audiolab align` with a recogniser that says "ab ba" whatever it hears; the real one is tested where it lives."""

import json
from pathlib import Path

import docx
import numpy as np
import pytest
import soundfile

from audiolab import __main__
from audiolab.cli.formats import BINARY, TRANSCRIPT_FORMATS
from audiolab.media.exchange import FORMATS
from tests.fakes import ScriptedRecognizer

RATE = 8000


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedRecognizer:
    recognizer = ScriptedRecognizer()
    monkeypatch.setattr("audiolab.asr.create", lambda _name: recognizer)
    return recognizer


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.full(RATE * 8 // 10, 0.25), RATE, subtype="PCM_16")
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("“Ab…\r\nBA!”\n", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> int:
    return __main__.main([str(argument) for argument in arguments])


def test_every_word_has_a_line(recording: Path, text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("align", recording, text) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[2:] for line in lines] == [["“Ab…"], ["BA!”"]]
    times = [float(edge) for line in lines for edge in line[:2]]
    assert times == pytest.approx([0.0, 0.2, 0.6, 0.8], abs=0.01)


def test_json_has_the_promised_fields(recording: Path, text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text.write_bytes("Ab зима ba".encode("utf-16"))
    assert run("align", recording, text, "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["file", "duration", "sample_rate", "text", "words", "review", "not_in_text"]
    assert (document["text"], document["duration"]) == ("Ab зима ba", 0.8)
    assert [word["text"] for word in document["words"]] == ["Ab", "зима", "ba"]
    winter = document["words"][1]
    assert (winter["start"], winter["end"], winter["measured"]) == (None, None, False)
    assert winter["doubts"] == ["not found in the sound"]
    assert document["review"] == [1]
    assert [token["text"] for token in document["words"][2]["tokens"]] == ["b", "a"]


@pytest.mark.parametrize("name", TRANSCRIPT_FORMATS)
def test_every_format_is_written(name: str, recording: Path, text: Path, tmp_path: Path) -> None:
    output = tmp_path / "result"
    assert run("align", recording, text, "--format", name, "--output", output) == 0
    if name in BINARY:
        assert any("BA!”" in paragraph.text for paragraph in docx.Document(str(output)).paragraphs)
    else:
        assert "BA!”" in output.read_text(encoding="utf-8")
    assert name in FORMATS


def test_what_cannot_be_read_is_named(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("align", recording, tmp_path / "missing.txt") == 1
    assert capsys.readouterr().err.startswith("audiolab: missing.txt: cannot be read")


def test_a_document_needs_a_file(recording: Path, text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("align", recording, text, "--format", "docx") == 2
    assert "give --output FILE" in capsys.readouterr().err


def test_two_files_are_needed(recording: Path, text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for files in ([recording], [recording, text, text]):
        assert run("align", *files) == 2
    assert "give a recording and the file of its text" in capsys.readouterr().err
