"""Small files that are written at once or not at all."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from audiolab.core.errors import MediaError


def write_whole(path: Path, data: bytes, *, make_folder: bool = False) -> None:
    """Write `data` to `path`, all or nothing; an existing file is replaced.

    Args:
        path: where.
        data: the whole file.
        make_folder: also where its folder is missing: for files that nobody chose a place for.

    Raises:
        MediaError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise MediaError(path, f"cannot be written ({error.strerror})", "choose another place") from None


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """A table as CSV, or as TSV where `delimiter` is a tab; None becomes an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
