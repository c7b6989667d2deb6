"""Text files, as people write them: what is said in a recording, without times."""

from pathlib import Path

from audiolab.core.errors import MediaError
from audiolab.media.exchange.textgrid import decode

SUFFIXES = (".txt", ".text", ".md", ".lab")

_LARGEST = 20_000_000
"""Bytes: what is said in some 400 hours."""


def read_text(path: Path) -> str:
    """The text in a file of UTF-8 or UTF-16.

    Raises:
        MediaError: it cannot be read, or is no text.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise MediaError(path, "is too large for a text", "choose the text of this recording alone")
        text = decode(path.read_bytes())
    except OSError as error:
        raise MediaError(path, f"cannot be read ({error.strerror})", "give the file of the text") from None
    except UnicodeDecodeError:
        raise MediaError(path, "is no text", "save it as plain text in UTF-8") from None
    if "\0" in text:
        raise MediaError(path, "is no text", "save it as plain text in UTF-8")
    return text
