"""The default language model: the trigrams of ``pocketsphinx`` as a KenLM file, built once into the cache."""

import os
from pathlib import Path

from audiolab import paths
from audiolab.asr.kenlm_file import write_kenlm
from audiolab.asr.packages import package_file
from audiolab.asr.sphinx_lm import SphinxTrigrams
from audiolab.core.cancel import CancelToken, Progress
from audiolab.core.errors import ModelError

_SOURCE = "model/en-us/en-us.lm.bin"
_VERSION = 1
"""Of what `write_kenlm` writes: another one is built anew."""


def ensure_language_model(cancel: CancelToken, progress: Progress) -> Path:
    """The KenLM file, which is built at the first call on a machine.

    Raises:
        Cancelled: while it was built.
        ModelError: the source is missing or damaged, or the cache cannot be written.
    """
    source = package_file("pocketsphinx", _SOURCE)
    target = paths.cache_dir() / "lm" / f"en-us-{source.stat().st_size}-{_VERSION}.kenlm"
    if target.is_file():
        return target
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        trigrams = SphinxTrigrams(source)
        write_kenlm(temporary, trigrams.unigrams(), *trigrams.ngrams(), cancel.check, progress)
        temporary.replace(target)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ModelError(
            f"{target.parent}: the language model cannot be kept here ({reason}); free some space."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target
