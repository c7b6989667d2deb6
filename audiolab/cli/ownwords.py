"""Options for words that a person expects or makes known: `--hotwords` and `--dictionary`."""

import argparse
from pathlib import Path

from audiolab.core.errors import ModelError
from audiolab.core.userwords import DEFAULT_BOOST, UserWords


def declare_hotwords(parser: argparse.ArgumentParser) -> None:
    """Words that are likelier than the language model thinks."""
    parser.add_argument(
        "--hotwords",
        type=Path,
        metavar="FILE",
        help="words and phrases to expect, one a line, each with a boost behind a tab if it is not "
        f"{DEFAULT_BOOST:g} (how many powers of ten likelier)",
    )


def declare_dictionary(parser: argparse.ArgumentParser) -> None:
    """Words that the recogniser may not know, and how they are pronounced."""
    parser.add_argument(
        "--dictionary",
        type=Path,
        metavar="FILE",
        help="words to know: a word a line, then its pronunciations behind tabs, in IPA or in ARPABET as in the "
        "CMU dictionary; without one it is pronounced as it is spelled",
    )


def own_words(arguments: argparse.Namespace) -> UserWords:
    """The words of the files that were given.

    Raises:
        MediaError: one of them cannot be read or understood.
    """
    hotwords: Path | None = getattr(arguments, "hotwords", None)
    if hotwords is None and arguments.dictionary is None:
        return ()
    from audiolab.asr.dictionary import read_dictionary

    known = read_dictionary(arguments.dictionary) if arguments.dictionary is not None else ()
    expected = read_dictionary(hotwords, DEFAULT_BOOST) if hotwords is not None else ()
    return known + expected


def need_heed(model: str, words: UserWords) -> None:
    """See that a model can be told of words.

    Raises:
        ModelError: it cannot, or there is no such model.
    """
    from audiolab.asr import heeds_words

    if words and not heeds_words(model):
        raise ModelError(f"{model} knows letters, no words: leave out --hotwords and --dictionary, or --model.")
