"""The user's dictionary: what is typed is kept, what is wrong is said, what is known is told to the recogniser."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from audiolab import paths
from audiolab.core.recording import ArrayRecording
from audiolab.core.userwords import MOST_WORDS, DictionaryRow, UserWord
from audiolab.session.dictionary import Dictionary
from audiolab.session.jobs import JobRunner
from audiolab.session.session import Session
from audiolab.session.settings import SettingsStore
from tests.fakes import ScriptedRecognizer

CRIANAN = DictionaryRow("Crianan", ("k ɹ i n ə n",), 2.0)
WRONG = DictionaryRow("Lanark", ("N AX",), 2.0)


def dictionary(told: list[str] | None = None) -> Dictionary:
    made = Dictionary(JobRunner(synchronous=True))
    if told is not None:
        made.told.connect(told.append)
    return made


def kept() -> str:
    return (paths.data_dir() / "dictionary.txt").read_text(encoding="utf-8")


def test_every_edit_is_kept_at_once_and_comes_back(qtbot: QtBot) -> None:
    first = dictionary()
    with qtbot.waitSignal(first.changed):
        first.add(CRIANAN)
    assert "Crianan\tk ɹ i n ə n\t2\n" in kept()
    first.add(WRONG)
    first.replace(0, DictionaryRow("Crianan", ("k ɹ aɪ n ə n",), 1.0))
    again = dictionary()
    assert [(row.word, row.spoken, row.boost) for row in again.rows] == [
        ("Crianan", ("k ɹ aɪ n ə n",), 1.0),
        ("Lanark", ("N AX",), 2.0),
    ]
    again.remove([0])
    assert [row.word for row in dictionary().rows] == ["Lanark"]
    again.remove([0])
    assert not dictionary().rows


def test_what_is_wrong_is_kept_but_told_to_nobody() -> None:
    made = dictionary()
    made.add(CRIANAN)
    made.add(WRONG)
    assert made.fault(CRIANAN) == ""
    assert made.fault(WRONG) == "'AX' is no phone; write IPA, or ARPABET as in the CMU dictionary."
    assert made.words == (UserWord("Crianan", (("k", "ɹ", "i", "n", "ə", "n"),), 2.0),)


def test_comments_of_the_file_stay() -> None:
    file = paths.data_dir() / "dictionary.txt"
    file.parent.mkdir(parents=True)
    file.write_text("# mine\nCrianan\tk ɹ i n ə n\t2\n", encoding="utf-8")
    made = dictionary()
    made.add(DictionaryRow("Lanark"))
    assert kept() == "# mine\nCrianan\tk ɹ i n ə n\t2\nLanark\t0\n"


def test_a_file_that_cannot_be_read_is_never_written_over(qtbot: QtBot) -> None:
    file = paths.data_dir() / "dictionary.txt"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xff\xfe\x00")
    jobs = JobRunner()
    made = Dictionary(jobs)
    with qtbot.waitSignal(made.told) as told:
        pass
    assert told.args == ["dictionary.txt: is no text; save it as plain text in UTF-8."]
    made.add(CRIANAN)
    qtbot.waitUntil(lambda: jobs.idle)
    qtbot.waitUntil(lambda: "Crianan" in kept())
    assert file.with_suffix(".unreadable.txt").read_bytes() == b"\xff\xfe\x00"
    assert "Crianan" in kept()
    jobs.shutdown()


def test_what_another_program_wrote_is_put_aside(qtbot: QtBot) -> None:
    told: list[str] = []
    made = dictionary(told)
    made.add(CRIANAN)
    made.add(WRONG)
    made.file.write_text("Somebody\telse\n", encoding="utf-8")
    made.remove([1])
    assert "Crianan" in kept()
    assert "Somebody" not in kept()
    assert made.file.with_suffix(".other.txt").read_text(encoding="utf-8") == "Somebody\telse\n"
    qtbot.waitUntil(lambda: bool(told))
    assert told == [
        "dictionary.txt was changed elsewhere; it is kept as dictionary.other.txt. Import it to have its words."
    ]
    made.add(WRONG)
    assert "Lanark" in kept()


def test_what_is_typed_while_the_file_is_read_joins_it(qtbot: QtBot) -> None:
    dictionary().add(CRIANAN)
    jobs = JobRunner()
    made = Dictionary(jobs)
    made.add(DictionaryRow("Lanark"))
    qtbot.waitUntil(lambda: len(made.rows) == 2)
    qtbot.waitUntil(lambda: "Lanark" in kept())
    assert "Crianan" in kept()
    jobs.shutdown()


def test_a_disk_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    made = dictionary(told)
    paths.data_dir().parent.mkdir(parents=True, exist_ok=True)
    paths.data_dir().write_text("no folder")
    made.add(CRIANAN)
    assert len(told) == 1
    assert told[0].startswith("The dictionary was not kept: dictionary.txt: cannot be written")
    assert made.rows == (CRIANAN,)


def test_words_are_found_whatever_their_case() -> None:
    made = dictionary()
    made.add(CRIANAN)
    assert made.find("crianan") == 0
    assert made.find("Lanark") is None


def test_import_takes_all_or_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    made = dictionary(told)
    made.add(CRIANAN)
    file = tmp_path / "more.txt"
    file.write_text("Crianan\tk ɹ i n ə n\t2\nLanark\tQQ\n", encoding="utf-8")
    jobs_failed: list[str] = []
    made._jobs.failed.connect(jobs_failed.append)
    made.import_file(file)
    assert jobs_failed == ["more.txt: line 2: 'QQ' is no phone; write IPA, or ARPABET as in the CMU dictionary."]
    assert made.rows == (CRIANAN,)
    file.write_text("Crianan\tk ɹ i n ə n\t2\nLanark\n", encoding="utf-8")
    made.import_file(file)
    assert told == ["1 of 2 entries of more.txt are new."]
    assert [row.word for row in made.rows] == ["Crianan", "Lanark"]


def test_export_is_read_by_import(tmp_path: Path) -> None:
    told: list[str] = []
    made = dictionary(told)
    made.add(CRIANAN)
    made.export_file(tmp_path / "mine.txt")
    assert told == ["mine.txt has been written."]
    made.remove([0])
    made.import_file(tmp_path / "mine.txt")
    assert [(row.word, row.spoken, row.boost) for row in made.rows] == [("Crianan", ("k ɹ i n ə n",), 2.0)]


def test_there_is_an_end_to_it() -> None:
    told: list[str] = []
    made = dictionary(told)
    made._show(tuple(DictionaryRow(f"w{number}") for number in range(MOST_WORDS)))
    made.add(CRIANAN)
    assert told == ["The dictionary has 10000 words; remove some first."]
    assert len(made.rows) == MOST_WORDS


def test_suggestions_come_from_a_job(qtbot: QtBot) -> None:
    jobs = JobRunner()
    made = Dictionary(jobs)
    found: list[tuple[str, ...]] = []
    made.suggest("Inverashiel", found.append)
    assert not found
    qtbot.waitUntil(lambda: bool(found))
    assert found[0][0].startswith("ɪ n v")
    jobs.shutdown()


def test_a_transcription_is_told_the_words_of_now(qtbot: QtBot, tmp_path: Path) -> None:
    recognizer = ScriptedRecognizer()
    jobs = JobRunner(synchronous=True)
    session = Session(lambda _name: recognizer, jobs=jobs, settings=SettingsStore(tmp_path / "settings.json"))
    session.show(ArrayRecording(np.zeros(8000, dtype=np.float32), 8000))
    session.transcribe()
    assert recognizer.words == ()
    session.dictionary.add(CRIANAN)
    session.transcribe()
    assert recognizer.words == session.dictionary.words != ()
    session.shutdown()
