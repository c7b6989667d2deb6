"""A bounded store that many processes share."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from audiolab.media.cache import DEFAULT_MAX_BYTES, CacheStore, default_store
from audiolab.media.lease import Lease, remove_if_unused

OTHER = """
import sys, time
from pathlib import Path
from audiolab.media.cache import CacheStore
store = CacheStore(Path(sys.argv[1]), 10**9)
{work}
print("ready", flush=True)
sys.stdin.readline()
"""


class Other:
    """Another process that does `work` with the store and then waits."""

    def __init__(self, root: Path, work: str) -> None:
        code = OTHER.format(work=work)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def __enter__(self) -> "Other":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def put(store: CacheStore, key: str, size: int, used: float | None = None) -> Path:
    with store.begin(key, ".bin") as entry:
        entry.path.write_bytes(bytes(size))
        entry.commit().release()
    path = store.path_for(key, ".bin")
    if used is not None:
        os.utime(path, (used, used))
    return path


def names(store: CacheStore) -> list[str]:
    return sorted(path.name for path in store.root.iterdir())


def test_an_entry_appears_whole_or_not_at_all(store: CacheStore) -> None:
    with store.begin("a", ".bin") as entry:
        entry.path.write_bytes(b"half")
        assert store.lock("a", ".bin") is None
        entry.path.write_bytes(b"whole")
        with entry.commit() as lease:
            assert lease.path == store.path_for("a", ".bin")
            assert lease.path.read_bytes() == b"whole"
    with store.begin("b", ".bin") as entry:
        entry.path.write_bytes(b"half")
    assert names(store) == ["a.bin"]


def test_committed_or_discarded_only_once(store: CacheStore) -> None:
    entry = store.begin("a", ".bin")
    entry.discard()
    entry.discard()
    with pytest.raises(ValueError, match="before"):
        entry.commit()
    assert names(store) == []


@pytest.mark.parametrize("links", [True, False])
def test_who_commits_second_uses_what_the_first_committed(
    store: CacheStore, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    if not links:  # as on FAT
        monkeypatch.setattr(os, "link", refuse)
    with store.begin("a", ".bin") as first, store.begin("a", ".bin") as second:
        first.path.write_bytes(b"first")
        second.path.write_bytes(b"second")
        for entry in (first, second):
            with entry.commit() as lease:
                assert lease.path.read_bytes() == b"first"
    assert names(store) == ["a.bin"]


def test_removed_unless_others_use_it(store: CacheStore) -> None:
    put(store, "a", 10)
    other = store.lock("a", ".bin")
    store.remove(store.lock("a", ".bin"))
    assert names(store) == ["a.bin"]
    store.remove(other)
    assert names(store) == []


@pytest.mark.parametrize("key", ["", "a/b", "..", "a b", "ü", "a" * 200])
def test_keys_that_are_no_file_names(store: CacheStore, key: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        store.path_for(key, ".bin")


@pytest.mark.parametrize("suffix", ["", "bin", ".part", "./x", "."])
def test_suffixes_that_are_none(store: CacheStore, suffix: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        store.path_for("a", suffix)


def test_least_recently_used_goes_first(tmp_path: Path) -> None:
    store = CacheStore(tmp_path / "cache", 1000)
    for number, key in enumerate("abcd"):
        put(store, key, 250, used=1000 + number)
    store.lock("a", ".bin").release()
    put(store, "e", 250)
    assert names(store) == ["a.bin", "c.bin", "d.bin", "e.bin"]
    put(store, "f", 600)
    assert names(store) == ["a.bin", "f.bin"] or names(store) == ["e.bin", "f.bin"]


def test_touched_entry_stays(tmp_path: Path) -> None:
    store = CacheStore(tmp_path / "cache", 1000)
    first = put(store, "a", 500, used=1000)
    put(store, "b", 500, used=2000)
    store.touch(first)
    store.touch(store.path_for("absent", ".bin"))
    put(store, "c", 400)
    assert names(store) == ["a.bin", "c.bin"]


def test_room_is_made_before_writing(tmp_path: Path) -> None:
    store = CacheStore(tmp_path / "cache", 1000)
    put(store, "a", 400, used=1000)
    put(store, "b", 400, used=2000)
    with store.begin("c", ".bin", expected_bytes=400):
        assert not store.path_for("a", ".bin").exists()
        assert store.path_for("b", ".bin").exists()


def test_entry_in_use_stays_even_beyond_the_limit(tmp_path: Path) -> None:
    store = CacheStore(tmp_path / "cache", 100)
    with store.begin("a", ".bin") as entry:
        entry.path.write_bytes(bytes(500))
        lease = entry.commit()
    store.clean()
    assert names(store) == ["a.bin"]
    lease.release()
    store.clean()
    assert names(store) == []


def test_entry_in_use_by_another_process_stays(store: CacheStore) -> None:
    put(store, "a", 10)
    put(store, "b", 10)
    small = CacheStore(store.root, 0)
    with Other(store.root, "lease = store.lock('a', '.bin')") as other:
        small.clean()
        assert names(store) == ["a.bin"]
        other.process.send_signal(signal.SIGKILL)
        other.process.wait()
        small.clean()
        assert names(store) == []


def test_what_a_killed_process_left_goes_and_what_a_live_one_writes_stays(store: CacheStore) -> None:
    begin = "entry = store.begin('a', '.bin'); entry.path.write_bytes(b'half')"
    with Other(store.root, begin) as other:
        store.clean()
        assert [name.endswith(".part") for name in names(store)] == [True]
        other.process.send_signal(signal.SIGKILL)
        other.process.wait()
        store.clean()
        assert names(store) == []


def test_many_processes_and_threads_at_once(tmp_path: Path) -> None:
    """Everybody writes, reads and cleans the same few entries; whoever holds one finds it whole."""
    root = tmp_path / "cache"
    work = """
import random, threading
store = CacheStore(store.root, 40_000)
def loop(seed):
    rng = random.Random(seed)
    for _ in range(150):
        key = rng.choice("abcdefgh")
        lease = store.lock(key, ".bin")
        if lease is None:
            with store.begin(key, ".bin") as entry:
                entry.path.write_bytes(key.encode() * 10_000)
                lease = entry.commit()
        content = lease.path.read_bytes()
        assert content == key.encode() * 10_000, (key, len(content))
        lease.release()
faults = []
def guarded(seed):
    try:
        loop(seed)
    except BaseException as error:
        faults.append(repr(error))
threads = [threading.Thread(target=guarded, args=(n,)) for n in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not faults, faults
"""
    code = OTHER.format(work=work)
    others = [
        subprocess.Popen([sys.executable, "-c", code, str(root)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [other.communicate()[0] for other in others] == [b"ready\n"] * 2
    CacheStore(root, 40_000).clean()
    assert 0 < sum(path.stat().st_size for path in root.iterdir()) <= 40_000
    assert not list(root.glob("*.part"))


def test_lease_that_waits_for_a_deletion_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    outcomes = []

    def take_often() -> None:
        for _ in range(300):
            lease = Lease.take(path)
            if lease is not None:
                outcomes.append(path.exists())
                lease.release()

    thread = threading.Thread(target=take_often)
    thread.start()
    until = time.monotonic() + 60
    while thread.is_alive() and time.monotonic() < until:
        path.write_bytes(b"")
        remove_if_unused(path)
    thread.join()
    assert all(outcomes)


def test_default_limit_is_a_share_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = 10**10
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free})())
    root = tmp_path / "not" / "yet"
    assert CacheStore(root).max_bytes == 10**9
    put(CacheStore(root, 10**9), "a", 10**6)
    assert CacheStore(root).max_bytes == 10**9 + 10**5
    free = 10**13
    assert CacheStore(root).max_bytes == DEFAULT_MAX_BYTES


def test_default_store(user_directories: Path) -> None:
    assert default_store().root == user_directories / "cache" / "derived"
