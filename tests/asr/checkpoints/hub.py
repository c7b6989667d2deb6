"""A small hub on this machine: the parts of the hub's API that a download uses, over real HTTP, with accidents."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

LARGE = 10_000
"""Files from this size on are in large-file storage: another host, found by a redirect."""

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Asked:
    """A request as the hub got it."""

    path: str
    headers: Message


@dataclass
class Hub:
    """What the hub has, and how it behaves.

    Attributes:
        repositories: files by the repository's name.
        configs: what the listing says of a model's configuration.
        cut: bytes of a large file after which each of the next connections is cut, one entry for each.
        busy: how many of the next requests for the rest of a large file are put off.
        pause: seconds between two kilobytes of a large file.
        whole_only: answers a request for a part with the whole, as some mirrors do.
        spoilt: sends another byte than it should at the end of each of so many large files.
        answer: an HTTP status with the hub's error code for everything, instead of an answer.
        silent: takes connections and never answers.
        commit: what ``main`` is.
    """

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    cut: list[int] = field(default_factory=list)
    busy: int = 0
    pause: float = 0.0
    whole_only: bool = False
    spoilt: int = 0
    answer: tuple[int, str] | None = None
    silent: bool = False
    commit: str = COMMIT
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def large_ranges(self) -> list[str | None]:
        """The Range of each request for a large file, in order."""
        return [asked.headers.get("Range") for asked in self.asked if asked.path.startswith("/storage/")]

    def listing(self, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "modelId": name,
            "sha": self.commit,
            "tags": [],
            "config": self.configs.get(name, {}),
            "cardData": {"license": "mit", "language": "en"},
            "siblings": [_described(file, data) for file, data in self.repositories[name].items()],
        }


def _described(name: str, data: bytes) -> dict[str, Any]:
    git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    about: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": git}
    if len(data) >= LARGE:
        about["lfs"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 130}
    return about


@contextmanager
def serving(folder: Path, environment: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that runs until the end of the block and that everybody asks; caches and logins are in `folder`."""
    hub = Hub()

    class Handler(_Handler):
        state = hub

    server = _Server(("127.0.0.1", 0), Handler)
    hub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    environment.setenv("HF_ENDPOINT", hub.endpoint)
    environment.setenv("HF_HOME", str(folder / "hf"))
    environment.setenv("HF_HUB_CACHE", str(folder / "hub"))
    environment.setenv("HF_TOKEN_PATH", str(folder / "no-token"))
    try:
        yield hub
    finally:
        hub.silent = False
        hub.pause = 0.0
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone, which is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    state: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        hub = self.state
        path = unquote(urlsplit(self.path).path)
        hub.asked.append(Asked(path, self.headers))
        while hub.silent:
            time.sleep(0.02)
        if hub.answer is not None and not path.startswith("/storage/"):
            self._refuse(*hub.answer)
        elif path.startswith("/api/models/"):
            self._list(path.removeprefix("/api/models/"))
        elif path.startswith("/storage/") and hub.busy and self.headers.get("Range"):
            hub.busy -= 1
            self._refuse(503, "")
        elif path.startswith("/storage/"):
            name, _, file = path.removeprefix("/storage/").partition("//")
            self._send(hub.repositories[name][file], large=True)
        else:
            self._resolve(path)

    def _list(self, path: str) -> None:
        name, _, revision = path.partition("/revision/")
        if name not in self.state.repositories:
            self._refuse(404, "RepoNotFound")
        elif revision not in ("main", "v2", self.state.commit):
            self._refuse(404, "RevisionNotFound")
        else:
            self._send(json.dumps(self.state.listing(name)).encode())

    def _resolve(self, path: str) -> None:
        name, _, rest = path[1:].partition("/resolve/")
        commit, _, file = rest.partition("/")
        data = self.state.repositories.get(name, {}).get(file)
        if data is None or commit != self.state.commit:
            self._refuse(404, "EntryNotFound")
        elif len(data) >= LARGE:
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.state.port}/storage/{name}//{file}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send(data)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, data: bytes, *, large: bool = False) -> None:
        hub = self.state
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked and not hub.whole_only else 0
        if start:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        if large and hub.spoilt:
            hub.spoilt -= 1
            data = data[:-1] + bytes([data[-1] ^ 1])
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        stop = len(data)
        if large and hub.cut:
            stop = min(start + hub.cut.pop(0), stop)
            self.close_connection = True
        for at in range(start, stop, 1024):
            piece = data[at : min(at + 1024, stop)]
            try:
                self.wfile.write(piece)
            except OSError:  # whoever asked has gone
                self.close_connection = True
                return
            hub.sent += len(piece) if large else 0
            if large and hub.pause:
                time.sleep(hub.pause)
