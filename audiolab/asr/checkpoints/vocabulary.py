"""The classes of a CTC checkpoint: symbol and text of each, read from its tokenizer without transformers."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audiolab.core.errors import ModelError

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_SPECIAL = {"pad_token": "<pad>", "unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}
"""Roles with what `Wav2Vec2CTCTokenizer` takes for them where its files say nothing."""

_SPACE = "\u2581"
"""What SentencePiece writes for a space (LOWER ONE EIGHTH BLOCK)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the classes of a model mean.

    Attributes:
        symbols: one for each class.
        texts: UTF-8 bytes that a class adds to the text. None for the blank and other special symbols; a space
            parts words; a class may be a part of a letter (byte fallback), which is why these are bytes.
        blank: class of the blank.
    """

    symbols: tuple[str, ...]
    texts: tuple[bytes, ...]
    blank: int


def read_vocabulary(folder: Path, config: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary of the checkpoint in `folder`.

    Args:
        folder: with ``vocab.json`` (characters, phones) or ``tokenizer.json`` (word pieces).
        config: the model's ``config.json``: `vocab_size` is the number of classes.

    Raises:
        ModelError: there is no tokenizer, it is damaged, or it has no blank.
    """
    settings = read_json(folder / "tokenizer_config.json") if (folder / "tokenizer_config.json").is_file() else {}
    try:
        if (folder / "vocab.json").is_file():
            symbols = _flat(read_json(folder / "vocab.json"), settings)
            special = _special_symbols(folder, settings)
            texts = _character_texts(symbols, settings)
            missing_pad = _SPECIAL["pad_token"]
        elif (folder / "tokenizer.json").is_file():
            tokenizer = read_json(folder / "tokenizer.json")
            symbols = _piece_symbols(tokenizer)
            special = {_content(settings.get(role)) for role in _SPECIAL}
            special |= {entry["content"] for entry in tokenizer.get("added_tokens", []) if entry.get("special")}
            texts = {symbol: _piece_text(symbol) for symbol in symbols}
            missing_pad = ""
        else:
            raise ModelError(f"{folder.name}: it has no tokenizer (vocab.json or tokenizer.json); add its files.")
        return _vocabulary(
            folder, config, symbols, special, texts, _content(settings.get("pad_token")) or missing_pad
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder.name}: its tokenizer cannot be understood; fetch the model again.") from error


def pieces(symbols: Sequence[str], blank: int) -> Vocabulary:
    """A vocabulary of SentencePiece pieces or of characters with a space among them; `blank` is a class more."""
    texts = [b"" if symbol == "<unk>" else _piece_text(symbol) for symbol in symbols]
    texts.insert(blank, b"")
    return Vocabulary((*symbols[:blank], "<blank>", *symbols[blank:]), tuple(texts), blank)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ModelError: it cannot be read or is none.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: it cannot be read as JSON; fetch the model again.") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path}: it does not hold what it should; fetch the model again.")
    return value


def _vocabulary(
    folder: Path,
    config: Mapping[str, Any],
    symbols: Mapping[str, int],
    special: set[str],
    texts: Mapping[str, bytes],
    pad: str,
) -> Vocabulary:
    if not all(isinstance(label, int) for label in symbols.values()):
        raise TypeError("labels")
    width = int(config.get("vocab_size") or 1 + max(symbols.values()))
    blank = symbols.get(pad, config.get("pad_token_id"))
    if not isinstance(blank, int) or not 0 <= blank < width:
        raise ModelError(f"{folder.name}: its tokenizer has no blank (a pad token); choose a checkpoint for CTC.")
    names = [f"<{label}>" for label in range(width)]  # classes that the tokenizer does not know
    said = [b""] * width
    for symbol, label in symbols.items():
        if 0 <= label < width:
            names[label] = symbol
            if label != blank and symbol not in special:
                said[label] = texts[symbol]
    return Vocabulary(tuple(names), tuple(said), blank)


def _flat(vocabulary: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, int]:
    """Symbols of one language; checkpoints of many (MMS) have a vocabulary for each."""
    language = settings.get("target_lang")
    if language is not None and isinstance(vocabulary.get(language), dict):
        return dict(vocabulary[language])
    if any(isinstance(value, dict) for value in vocabulary.values()):
        raise KeyError("target_lang")
    return vocabulary


def _special_symbols(folder: Path, settings: Mapping[str, Any]) -> set[str]:
    """All symbols that are no text: roles, and what else the files call special; never the word delimiter."""
    extra = folder / "special_tokens_map.json"
    roles = {**(read_json(extra) if extra.is_file() else {}), **settings}
    special = {_content(roles.get(role, default)) for role, default in _SPECIAL.items()}
    for entry in dict(settings.get("added_tokens_decoder") or {}).values():
        if entry.get("special"):
            special.add(entry["content"])
    special.discard(settings.get("word_delimiter_token", "|"))
    return special


def _character_texts(symbols: Mapping[str, int], settings: Mapping[str, Any]) -> dict[str, bytes]:
    delimiter = _content(settings.get("word_delimiter_token", "|"))
    replacement = settings.get("replace_word_delimiter_char", " ")
    lower = bool(settings.get("do_lower_case"))
    # A tokenizer of phones parts all of them by spaces: each stands for itself.
    lead = " " if settings.get("tokenizer_class") == "Wav2Vec2PhonemeCTCTokenizer" else ""
    return {
        symbol: (replacement if symbol == delimiter else lead + (symbol.lower() if lower else symbol)).encode()
        for symbol in symbols
    }


def _piece_symbols(tokenizer: Mapping[str, Any]) -> dict[str, int]:
    """Symbols of a ``tokenizer.json``: a mapping (BPE), or a list of pieces with scores (Unigram)."""
    vocabulary = tokenizer["model"]["vocab"]
    if isinstance(vocabulary, list):
        vocabulary = {piece: label for label, (piece, _score) in enumerate(vocabulary)}
    added = {entry["content"]: entry["id"] for entry in tokenizer.get("added_tokens", [])}
    return {**vocabulary, **added}


def _piece_text(symbol: str) -> bytes:
    byte = _BYTE.fullmatch(symbol)
    return bytes([int(byte[1], 16)]) if byte else symbol.replace(_SPACE, " ").encode()


def _content(token: object) -> str:
    """The symbol of a role, which tokenizers write as text or as an object with options."""
    if isinstance(token, Mapping):
        return str(token["content"])
    return token if isinstance(token, str) else ""
