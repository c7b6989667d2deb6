"""Fetch a model from the Hugging Face hub, or from a mirror that HF_ENDPOINT names.

The only module of the program that goes into the network, and only when it is called. It runs in a process of its
own (see `audiolab.asr.downloading`): what hangs in a network can be stopped no other way.
"""

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import HfApi, get_session, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import ModelInfo as HubModel
from huggingface_hub.utils import WeakFileLock, build_hf_headers

from audiolab import __version__
from audiolab.asr.checkpoints import store
from audiolab.asr.checkpoints.folder import check_head
from audiolab.asr.checkpoints.offer import HubFile, Offer, needed
from audiolab.asr.checkpoints.transfer import TIMEOUT, Source, transfer
from audiolab.core.errors import ModelError
from audiolab.core.units import size_text

_HUB = "https://huggingface.co"
_SPARE = 64 * 2**20
"""Bytes that are left free on a disk: a full one hurts more than this program."""

_PICKLED = (b"PK", b"\x80")
"""How the files begin that PyTorch writes: a zip archive, or a pickle."""


def look_up(name: str, revision: str = "main") -> Offer:
    """What would be downloaded.

    Args:
        name: on the hub: ``"owner/model"``.
        revision: branch, tag or commit.

    Raises:
        ModelError: there is no such model, it cannot be used, or the hub cannot be reached.
    """
    with _told(name, revision):
        api = HfApi(endpoint=_endpoint(), library_name="audiolab", library_version=__version__)
        found = api.model_info(name, revision=revision, files_metadata=True, timeout=TIMEOUT)
        if not re.fullmatch(r"[0-9a-f]{40}", found.sha or ""):
            raise ModelError(f"{name}: {_host()} does not say which commit it is; try again later.")
        held = {file.name: file for file in _files(found)}
        files = tuple(held[wanted] for wanted in needed(name, held))
        if any(file.name.endswith(".safetensors") for file in files) and found.config:
            check_head(name, found.config)
        offer = Offer(name, revision, str(found.sha), files, _licence(found), _host())
        return Offer(name, revision, offer.commit, files, offer.licence, offer.host, store.present(offer))


def fetch(offer: Offer, arrived: Callable[[int], None]) -> Path:
    """Download a model into the user's folder of models; it appears there when it is whole.

    What came before a break, a cancel or a kill is kept, and not fetched again.

    Args:
        offer: from `look_up`.
        arrived: called with the bytes that are here, as they come.

    Returns:
        The model's folder.

    Raises:
        ModelError: it cannot be downloaded; one sentence says why and what to do.
    """
    folder = store.staging(offer)
    with _told(offer.name, offer.revision):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, offer.name):
            _check_room(folder, offer)
            _fetch_all(folder, offer, arrived)
            return store.land(folder, store.file_name(offer.model))


def _fetch_all(folder: Path, offer: Offer, arrived: Callable[[int], None]) -> None:
    for old in store.stale(offer):
        shutil.rmtree(old, ignore_errors=True)
    headers = build_hf_headers(library_name="audiolab", library_version=__version__)
    before = 0

    def arrived_of_file(here: int) -> None:
        arrived(before + here)

    for file in offer.files:
        url = hf_hub_url(offer.name, file.name, revision=offer.commit, endpoint=_endpoint())
        transfer(Source(get_session(), url, headers), file, folder, arrived_of_file)
        before += file.size
        if file.name.endswith(".bin"):
            _check_no_pickle(folder / file.name, offer.name)


def _check_no_pickle(path: Path, name: str) -> None:
    with path.open("rb") as content:
        pickled = content.read(2).startswith(_PICKLED)
    if pickled:
        path.unlink()
        raise ModelError(
            f"{name}: its {path.name} is a pickle, which can run code when it is opened; choose another model."
        )


@contextlib.contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Nobody else writes into `folder` meanwhile."""
    lock = folder.with_name(f"{folder.name}.lock")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(WeakFileLock(lock, timeout=0.2))
        except TimeoutError as error:
            raise ModelError(f"{name} is being downloaded by another window; wait for that one.") from error
        yield
    if not folder.exists():  # it has become a model
        lock.unlink(missing_ok=True)


def _check_room(folder: Path, offer: Offer) -> None:
    wanted = offer.size - store.present(offer)
    free = shutil.disk_usage(folder).free
    if wanted + _SPARE > free:
        raise ModelError(
            f"{offer.name} needs {size_text(wanted)} more, and the disk has {size_text(free)} free; "
            "make room and press Download again."
        )


def _files(found: HubModel) -> Iterator[HubFile]:
    for file in found.siblings or ():
        sha256 = file.lfs.sha256 if file.lfs is not None else ""
        if file.size is not None and (sha256 or file.blob_id):
            yield HubFile(file.rfilename, file.size, sha256, file.blob_id or "")


def _licence(found: HubModel) -> str:
    licence = found.card_data.get("license") if found.card_data is not None else None
    return ", ".join(licence) if isinstance(licence, list) else str(licence or "")


def _endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or _HUB).rstrip("/")


def _host() -> str:
    return urlsplit(_endpoint()).netloc


@contextlib.contextmanager
def _told(name: str, revision: str) -> Iterator[None]:
    """What goes wrong on the way becomes one sentence."""
    try:
        yield
    except HFValidationError as error:
        raise ModelError(f"{name!r} is no name on the hub; write it as owner/model.") from error
    except GatedRepoError as error:
        raise ModelError(
            f"{name} is only given to people who have accepted its terms; accept them on {_host()} and log in "
            "with 'hf auth login'."
        ) from error
    except RevisionNotFoundError as error:
        raise ModelError(f"{name} has no revision {revision!r}; check its name, or leave it out.") from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"There is no model called {name} on {_host()}, or you may not see it; check the name."
        ) from error
    except OfflineModeIsEnabled as error:
        raise ModelError(
            "HF_HUB_OFFLINE is set, so nothing is fetched; start Audiolab without that variable."
        ) from error
    except (HfHubHTTPError, httpx2.HTTPStatusError) as error:
        status = error.response.status_code
        raise ModelError(f"{_host()} refuses {name} (HTTP {status}); try again later.") from error
    except httpx2.TimeoutException as error:
        raise ModelError(f"{_host()} does not answer; {_AGAIN}") from error
    except httpx2.HTTPError as error:
        raise ModelError(f"The connection to {_host()} failed ({_short(error)}); {_AGAIN}") from error
    except OSError as error:
        raise ModelError(_disk_sentence(name, error)) from error


_AGAIN = "check the network and press Download again: what has come is kept."


def _disk_sentence(name: str, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"The disk is full, so {name} cannot be kept; make room and press Download again."
    return f"{name} cannot be written ({error.strerror or error}); check the folder of models and try again."


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
