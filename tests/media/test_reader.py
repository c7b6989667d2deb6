import os
import threading
from pathlib import Path

import pytest

from audiolab.media.reader import FileReader

CONTENT = bytes(range(256)) * 4096


@pytest.fixture(params=["positioned", "seeking"])
def reader(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileReader:
    if request.param == "seeking":  # as on Windows
        monkeypatch.delattr(os, "preadv", raising=False)
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return FileReader(path)


def read(reader: FileReader, offset: int, size: int) -> bytes:
    buffer = bytearray(size)
    return bytes(buffer[: reader.read_into(memoryview(buffer), offset)])


def test_reads_anywhere_and_less_at_the_end(reader: FileReader) -> None:
    assert read(reader, 300, 500) == CONTENT[300:800]
    assert read(reader, len(CONTENT) - 5, 100) == CONTENT[-5:]
    assert read(reader, len(CONTENT) + 5, 100) == b""


def test_many_threads_read_what_they_asked_for(reader: FileReader) -> None:
    wrong = []

    def work(first: int) -> None:
        offsets = range(first, len(CONTENT) - 5000, 40009)
        wrong.extend(at for at in offsets if read(reader, at, 5000) != CONTENT[at : at + 5000])

    threads = [threading.Thread(target=work, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_renamed_while_others_read(reader: FileReader, tmp_path: Path) -> None:
    stop = threading.Event()
    wrong = []

    def work() -> None:
        while not stop.is_set():
            if read(reader, 1000, 3000) != CONTENT[1000:4000]:
                wrong.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    path = tmp_path / "file"
    for number in range(50):
        new = tmp_path / f"file-{number}"
        reader.renamed(lambda old=path, new=new: old.rename(new))
        path = new
    stop.set()
    thread.join()
    assert wrong == []


def test_rename_that_fails_leaves_it_readable(reader: FileReader, tmp_path: Path) -> None:
    def fail() -> Path:
        raise PermissionError("no")

    with pytest.raises(PermissionError):
        reader.renamed(fail)
    assert read(reader, 0, 10) == CONTENT[:10]


def test_close_waits_for_readers_and_nobody_reads_after(reader: FileReader) -> None:
    failures = []

    def work() -> None:
        try:
            while True:
                assert read(reader, 0, 100000) == CONTENT[:100000]
        except ValueError:
            pass
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    reader.close()
    for thread in threads:
        thread.join()
    assert failures == []
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        read(reader, 0, 1)
