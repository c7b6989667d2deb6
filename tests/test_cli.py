import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import docx
import numpy as np
import pytest
import soundfile

from audiolab import __main__, cli, paths
from audiolab.cli import shared
from audiolab.media.outputnames import OutputNames
from tests.fakes import ScriptedRecognizer

RATE = 8000
HEAVY = {"torch", "PySide6", "sounddevice", "pyqtgraph", "scipy"}


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedRecognizer:
    """Transcriptions without a model; the real one is tested where it lives."""
    recognizer = ScriptedRecognizer()
    monkeypatch.setattr("audiolab.asr.create", lambda _name, **_options: recognizer)
    return recognizer


def wav(path: Path, seconds: float = 0.8, level: float = 0.25) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full(round(seconds * RATE), level), RATE, subtype="PCM_16")
    return path


def run(*arguments: str | Path) -> int:
    return __main__.main([str(argument) for argument in arguments])


# ---- info


def test_info_json_has_the_promised_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "tone.wav")
    assert run("info", file, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": str(file),
        "format": "WAV",
        "codec": "PCM_16",
        "sample_rate": RATE,
        "channels": 1,
        "frames": 6400,
        "duration": 0.8,
        "bit_depth": 16,
    }


def test_info_for_people_names_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("info", wav(tmp_path / "tone.wav")) == 0
    text = capsys.readouterr().out
    assert all(word in text for word in ("tone.wav", "WAV", "PCM_16", "16 bit", "8000 Hz", "00:00.800", "6400"))


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    good = wav(tmp_path / "good.wav")
    assert run("info", empty, tmp_path / "absent.wav", good, "--json") == 1
    output = capsys.readouterr()
    assert json.loads(output.out)["file"] == str(good)
    lines = output.err.splitlines()
    assert len(lines) == 2
    assert "empty.wav" in lines[0]
    assert "absent.wav" in lines[1]
    assert "Traceback" not in output.err


def test_names_in_any_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "Grüße 音声 صوت.wav")
    assert run("info", file, "--json") == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(file)


# ---- transcribe


def test_transcription_json_has_the_promised_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "tone.wav")
    assert run("transcribe", file, "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["file", "duration", "sample_rate", "model", "text", "words", "tokens"]
    assert (document["file"], document["duration"], document["sample_rate"]) == (str(file), 0.8, RATE)
    assert (document["model"], document["text"]) == ("scripted", "ab ba")
    assert document["words"][1] == {"text": "ba", "start": 0.6, "end": 0.8, "score": 0.9}
    assert [token["text"] for token in document["tokens"]] == ["a", "b", "b", "a"]


def test_transcription_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = wav(tmp_path / "one.wav"), wav(tmp_path / "two.wav")
    assert run("transcribe", one) == 0
    assert capsys.readouterr().out == "ab ba\n"
    assert run("transcribe", one, two) == 0
    assert capsys.readouterr().out == f"==> {one} <==\nab ba\n==> {two} <==\nab ba\n"


def test_results_of_inputs_with_one_stem_stay_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = [wav(tmp_path / "a.wav"), tmp_path / "a.flac", wav(tmp_path / "other" / "a.wav")]
    soundfile.write(inputs[1], np.zeros(800), RATE)
    output = tmp_path / "results"
    assert run("transcribe", *inputs, "--format", "json", "--output", output) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [file.name for file in written] == ["a.json", "a.flac.json", "a.wav.json"]
    assert [json.loads(file.read_text())["file"] for file in written] == [str(path) for path in inputs]


def test_no_other_file_is_ever_overwritten(tmp_path: Path) -> None:
    output = tmp_path / "results"
    output.mkdir()
    (output / "a.txt").write_text("mine")
    assert run("transcribe", wav(tmp_path / "a.wav"), "--output", output) == 0
    assert run("transcribe", wav(tmp_path / "later" / "a.wav"), "--output", output) == 0
    assert (output / "a.txt").read_text() == "mine"
    assert (output / "a.wav.txt").read_text() == "ab ba\n"
    assert (output / "a.wav-2.txt").read_text() == "ab ba\n"


def test_the_same_input_again_takes_its_own_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = [wav(tmp_path / "a.wav"), wav(tmp_path / "other" / "a.wav")]
    runs = []
    for order in (inputs, inputs[::-1]):
        assert run("transcribe", *order, "--output", tmp_path / "results") == 0
        runs.append(capsys.readouterr().out.splitlines())
    assert runs[0] == runs[1][::-1]
    assert len(list((tmp_path / "results").glob("*.txt"))) == 2


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = OutputNames(tmp_path)

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Exception, match=r"a\.txt: cannot be written \(no space left on device\)"):
        names.write(tmp_path / "a.wav", "txt", b"text")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_fails_names_the_file(
    tmp_path: Path, scripted: ScriptedRecognizer, capsys: pytest.CaptureFixture[str]
) -> None:
    scripted.error = "the model has no words"
    file = wav(tmp_path / "tone.wav")
    assert run("transcribe", file) == 1
    assert capsys.readouterr().err == f"audiolab: {file}: the model has no words\n"
    assert scripted.closed == 1


def test_a_directory_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "tone.wav")
    assert run("transcribe", file, "--output", file) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


# ---- usage


@pytest.mark.parametrize(
    "arguments", [["info"], ["--wrong"], ["transcribe", "--format", "xml", "a.wav"], ["info", "a.wav", "--loud"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    assert "usage: audiolab" in capsys.readouterr().err


def test_help_lists_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    text = capsys.readouterr().out
    assert all(verb in text for verb in cli.VERBS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("audiolab 0.")


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], []),
        (["./info"], ["./info"]),
        (["--", "--odd.wav"], ["--odd.wav"]),
        (["a.wav", "info"], ["a.wav", "info"]),
    ],
)
def test_everything_else_opens_the_window(
    arguments: list[str], files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr("audiolab.app.run", lambda names: opened.append(names) or 0)
    assert run(*arguments) == 0
    assert opened == [files]


# ---- as a process


def python(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def test_info_loads_nothing_that_it_does_not_need() -> None:
    sample = paths.resource_root() / "samples" / "speech.flac"
    code = (
        f"import sys; from audiolab.__main__ import main; code = main(['info', {str(sample)!r}])\n"
        f"print(*sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = python("-c", code)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "FLAC" in done.stdout


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    files = [str(wav(tmp_path / f"{number}.wav", 0.01)) for number in range(300)]
    command = [sys.executable, "-m", "audiolab", "info", *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interrupt_leaves_quietly() -> None:
    code = (
        # A shell that runs the tests in the background lets its children ignore the signal.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys, time, audiolab.media\n"
        "audiolab.media.probe = lambda path: (print('ready', flush=True), time.sleep(60))\n"
        "from audiolab.__main__ import main; sys.exit(main(['info', 'a.wav']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_terminal_sees_progress_and_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    theirs, ours = pty.openpty()
    with os.fdopen(ours, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with shared.progress_line("tone.wav") as stage:
            report = stage("reading")
            report(0.25)
            time.sleep(0.15)
            report(0.5)
        drawn = ""
        while "50%" not in drawn or not drawn.endswith("\r\033[K"):  # a terminal gives what it has so far
            drawn += os.read(theirs, 10000).decode()
    os.close(theirs)
    assert "reading [#####               ]  25%" in drawn


def test_without_a_terminal_there_is_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    with shared.progress_line("tone.wav") as stage:
        stage("reading")(0.5)
    assert silent.getvalue() == ""


# ---- transcript formats


def test_every_transcript_format_exists_and_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from audiolab.cli.formats import BINARY, TRANSCRIPT_FORMATS
    from audiolab.media.exchange import FORMATS

    assert set(TRANSCRIPT_FORMATS) | {"txt", "json"} == set(FORMATS)
    file = wav(tmp_path / "tone.wav")
    for name in set(TRANSCRIPT_FORMATS) - BINARY:
        assert run("transcribe", file, "--format", name) == 0
        out = capsys.readouterr().out
        assert "ab" in out
        assert "ba" in out


def test_a_document_is_written_to_a_folder_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "tone.wav")
    assert run("transcribe", file, "--format", "docx") == 2
    assert "give --output DIR" in capsys.readouterr().err
    assert run("transcribe", file, "--format", "docx", "--output", tmp_path / "out") == 0
    document = docx.Document(str(tmp_path / "out" / "tone.docx"))
    assert [paragraph.text for paragraph in document.paragraphs] == ["tone", "[00:00] ab ba"]


def test_subtitles_follow_the_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "tone.wav")
    assert run("transcribe", file, "--format", "srt", "--characters", 4, "--lines", 1) == 0
    assert capsys.readouterr().out.count("-->") == 2
    assert run("transcribe", file, "--format", "srt", "--characters", 4, "--lines", 2) == 0
    assert capsys.readouterr().out.count("-->") == 1
    for impossible in (("--lines", 0), ("--characters-per-second", 0), ("--gap", -1)):
        assert run("transcribe", file, "--format", "srt", *impossible) == 2
        assert "subtitles need" in capsys.readouterr().err


def test_subtitles_have_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("transcribe", wav(tmp_path / "tone.wav", seconds=8.0), "--format", "srt") == 0
    assert capsys.readouterr().out.startswith("1\n00:00:00,000 --> 00:00:02,000\nab\n\n2\n00:00:06,000 --> ")


def test_written_transcripts_have_the_formats_suffix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("transcribe", wav(tmp_path / "a.wav"), "--format", "textgrid", "--output", tmp_path / "out") == 0
    assert (tmp_path / "out" / "a.TextGrid").read_text().startswith('File type = "ooTextFile"')


# ---- loudness


def tone(path: Path, level_db: float, seconds: float = 4.0) -> Path:
    """A stereo sine of 1 kHz, peak level in dBFS."""
    time_axis = np.arange(round(seconds * 48000)) / 48000
    sine = 10 ** (level_db / 20) * np.sin(2 * np.pi * 1000 * time_axis)
    soundfile.write(path, np.column_stack([sine, sine]), 48000, subtype="PCM_24")
    return path


def test_loudness_json_has_the_contracts_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tone(tmp_path / "tone.wav", -18.0)
    assert run("loudness", file, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == [
        "file",
        "integrated_lufs",
        "loudness_range_lu",
        "max_true_peak_dbtp",
        "max_momentary_lufs",
        "max_short_term_lufs",
        "sample_peak_dbfs",
        "threshold_lufs",
    ]
    assert document["file"] == str(file)
    # EBU Tech 3341: 1 kHz in both channels at -18 dBFS reads -18 LUFS.
    assert document["integrated_lufs"] == pytest.approx(-18.0, abs=0.1)
    assert document["max_true_peak_dbtp"] == pytest.approx(-18.0, abs=0.2)


def test_loudness_of_silence_is_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("loudness", wav(tmp_path / "silence.wav", level=0.0), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["integrated_lufs"] is None
    assert document["max_true_peak_dbtp"] is None


def test_loudness_table_names_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tone(tmp_path / "a.wav", -23.0), tone(tmp_path / "b.wav", -30.0)]
    assert run("loudness", *files, "--target", "ebu") == 0
    heading, first, second = capsys.readouterr().out.splitlines()
    assert "LUFS" in heading
    assert first.split()[0] == "-23.0"
    assert first.split()[-2:] == ["met", str(files[0])]
    assert second.split()[-2:] == ["missed", str(files[1])]


def test_loudness_fails_over_for_pipelines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, quiet = tone(tmp_path / "good.wav", -23.0), tone(tmp_path / "quiet.wav", -40.0)
    assert run("loudness", good, "--fail-over") == 0
    assert run("loudness", good, quiet, "--fail-over") == 1
    assert run("loudness", quiet, "--target", "Streaming -14") == 0
    assert run("loudness", good, tmp_path / "none.wav", "--fail-over") == 1
    assert "none.wav" in capsys.readouterr().err


def test_loudness_of_dual_mono_is_three_units_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mono = tmp_path / "mono.wav"
    soundfile.write(mono, 0.1 * np.sin(2 * np.pi * 1000 * np.arange(48000 * 3) / 48000), 48000)
    run("loudness", mono, "--json")
    run("loudness", mono, "--json", "--dual-mono")
    plain, dual = (json.loads(line)["integrated_lufs"] for line in capsys.readouterr().out.splitlines())
    assert dual - plain == pytest.approx(3.01, abs=0.02)


def test_an_unknown_target_lists_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("loudness", tone(tmp_path / "a.wav", -23.0), "--target", "podcast") == 2
    assert "'Podcast -16', 'Podcast -19'" in capsys.readouterr().err


def surround(path: Path, channel: int) -> Path:
    """Two seconds of six channels, only one of which sounds; the header does not say what they are."""
    samples = np.zeros((96000, 6))
    samples[:, channel] = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(96000) / 48000)
    soundfile.write(path, samples, 48000)
    return path


def test_loudness_of_a_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = surround(tmp_path / "six.wav", 3)
    found = []
    for options in ([], ["--layout", "5.1 film"], ["--layout", "6 channels"]):
        assert run("loudness", file, "--json", *options) == 0
        found.append(json.loads(capsys.readouterr().out)["integrated_lufs"])
    assert found[0] is None  # by default the fourth carries low-frequency effects
    assert found[1] - found[2] == pytest.approx(10 * np.log10(1.41), abs=0.01)


def test_a_layout_that_does_not_fit_is_told_for_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two, six = tone(tmp_path / "two.wav", -23.0), surround(tmp_path / "six.wav", 0)
    assert run("loudness", two, six, "--layout", "5.1", "--json") == 1
    shown = capsys.readouterr()
    assert shown.err == f"audiolab: {two}: The layout '5.1' has 6 channels, the sound has 2; choose 'stereo'.\n"
    assert json.loads(shown.out)["file"] == str(six)


def test_an_unknown_layout_lists_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("loudness", tone(tmp_path / "a.wav", -23.0), "--layout", "quadro") == 2
    assert "'quadro' is no channel layout; choose one of: 'mono', 'stereo'" in capsys.readouterr().err


def test_a_file_that_is_cut_off_is_measured_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tone(tmp_path / "cut.wav", -18.0)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert run("loudness", file, "--json") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["integrated_lufs"] == pytest.approx(-18.0, abs=0.1)
    assert shown.err == "audiolab: cut.wav: the file is cut off: 49 % of the sound is there.\n"


def test_a_file_that_is_cut_off_is_read_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = wav(tmp_path / "cut.wav", seconds=4.0)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert run("transcribe", file) == 0
    shown = capsys.readouterr()
    assert shown.out == "ab ba\n"
    assert shown.err.startswith("audiolab: cut.wav: the file is cut off: ")


def test_usage_of_a_verb_is_one_line_to_copy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("loudness") == 2
    assert capsys.readouterr().err.startswith("usage: audiolab loudness [-h] [--json]")
