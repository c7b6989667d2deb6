"""The bytes of one file over HTTP: written as they come, gone on with after a break, checked at the end."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import httpx2
from huggingface_hub.utils import hf_raise_for_status

from audiolab.asr.checkpoints.offer import HubFile
from audiolab.asr.checkpoints.store import part_of, size_of
from audiolab.core.errors import ModelError

TIMEOUT = 15.0
"""Seconds without a byte after which a connection counts as cut."""

ATTEMPTS = 5
"""Connections in a row that bring nothing before a download gives up, once something has come."""

PAUSE = 0.5
"""Seconds before the first new attempt; doubled from each to the next."""

_BUSY = frozenset({429, 500, 502, 503, 504})
"""Answers of a server that may be well again in a moment (RFC 9110, RFC 6585)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from.

    Attributes:
        client: follows redirects, and sends an authorisation to nobody else.
        url: of this content, which never changes.
        headers: for the server.
    """

    client: httpx2.Client
    url: str
    headers: Mapping[str, str]


def transfer(source: Source, file: HubFile, folder: Path, arrived: Callable[[int], None]) -> None:
    """Fetch `file` into `folder`, unless it is there; what an earlier attempt brought is not fetched again.

    A file that bears its name is whole and checked; until then it is called ``.part``.

    Args:
        source: where it comes from.
        file: which one it is.
        folder: where it is put.
        arrived: called with the bytes of it that are here, again and again.

    Raises:
        ModelError: what came is not what was announced.
        httpx2.HTTPError: the server refuses it, or the connection is cut again and again.
        OSError: it cannot be written.
    """
    target, part = folder / file.name, part_of(folder / file.name)
    if target.is_file():
        arrived(file.size)
        return
    target.parent.mkdir(exist_ok=True)  # a language model has a folder of its own
    resumed = part.is_file()
    _receive_all(source, file, part, arrived)
    if not _is_whole(part, file) and resumed:  # what was here from before was damaged
        part.unlink()
        _receive_all(source, file, part, arrived)
    if not _is_whole(part, file):
        part.unlink()
        raise ModelError(f"{file.name}: what arrived is not what the hub announced; download the model again.")
    part.replace(target)


def _receive_all(source: Source, file: HubFile, part: Path, arrived: Callable[[int], None]) -> None:
    """Ask again, for the rest, as long as something comes; a server that never answered is given up at once."""
    failures, gained = 0, False
    while True:
        before = size_of(part)
        problem: httpx2.HTTPError | None = None
        try:
            _receive(source, file, part, arrived)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code not in _BUSY:
                raise
            problem = error
        except httpx2.TransportError as error:
            problem = error
        have = size_of(part)
        if problem is None and have >= file.size:
            return
        gained = gained or have > before
        failures = 0 if have > before else failures + 1
        if not gained or failures >= ATTEMPTS:
            raise problem or httpx2.RemoteProtocolError("the server sent less than it announced")
        time.sleep(PAUSE * 2**failures)


def _receive(source: Source, file: HubFile, part: Path, arrived: Callable[[int], None]) -> None:
    """One connection: the rest of the file, or all of it where the server cannot give a part (RFC 9110, 14.2)."""
    have = size_of(part)
    if have > file.size:
        have = 0
    if have == file.size and part.is_file():
        return
    asked = {**source.headers, "Accept-Encoding": "identity"}
    if have:
        asked["Range"] = f"bytes={have}-"
    with source.client.stream("GET", source.url, headers=asked, timeout=TIMEOUT) as response:
        if response.status_code in _BUSY:
            response.raise_for_status()
        hf_raise_for_status(response)
        goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if response.status_code != 206 or not goes_on:
            have = 0
        with part.open("ab" if have else "wb", buffering=0) as out:  # what has come outlives a kill
            arrived(have)
            for data in response.iter_bytes():
                have += len(data)
                if have > file.size:
                    raise ModelError(f"{file.name}: the server sends more than the hub announced; try again later.")
                _write(out, data)
                arrived(have)
            os.fsync(out.fileno())


def _write(out: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[out.write(rest) :]


def _is_whole(path: Path, file: HubFile) -> bool:
    """Whether it is what the hub announced: by its SHA-256, or as git names it."""
    if file.sha256:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    data = path.read_bytes()
    header = f"blob {len(data)}\0".encode()
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest() == file.git_id
