"""Computes g2p-en.tsv.gz: the forms that hama's grapheme-to-phoneme model gives the language model's words.

    python resources/asr/make_g2p.py            compute all of them again (about an hour on one core)
    python resources/asr/make_g2p.py --check 50 compute every so many-th one and compare with the file

Lines of a word, a tab and phones separated by spaces, the most frequent word first. The native engine of hama 1.7.0
does the work, which exists for Linux and macOS.
"""

import argparse
import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from hama import G2PModel

from audiolab.asr.packages import package_file
from audiolab.asr.sphinx_lm import SphinxTrigrams

TARGET = Path(__file__).with_name("g2p-en.tsv.gz")


def words() -> list[str]:
    """The words of the language model, the most frequent first."""
    unigrams = SphinxTrigrams(package_file("pocketsphinx", "model/en-us/en-us.lm.bin")).unigrams()
    order = np.argsort(-unigrams.log10, kind="stable")
    return [unigrams.words[index] for index in order if unigrams.words[index] not in ("<s>", "</s>")]


def forms(wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word and its phones."""
    model = G2PModel()
    for word in wanted:
        phones = (step.phoneme for step in model(word).alignments)
        yield word, " ".join(phone for phone in phones if not phone.isspace())


def compare(every: int) -> int:
    """Print the words whose form in the file is another; returns how many there are."""
    with gzip.open(TARGET, "rt", encoding="utf-8") as lines:
        kept = dict(line.rstrip("\n").split("\t") for line in lines)
    wanted = [word for word in words() if word in kept][::every]
    differing = [(word, form, kept[word]) for word, form in forms(wanted) if form != kept[word]]
    for word, form, stored in differing:
        print(f"{word}: now {form}, in the file {stored}")
    print(f"{len(wanted) - len(differing)} of {len(wanted)} forms are the same")
    return len(differing)


def write() -> None:
    """Compute all forms and write the file; the same forms make the same bytes."""
    text = "".join(f"{word}\t{form}\n" for word, form in forms(words()) if form)
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=int, metavar="EVERY")
    every = parser.parse_args().check
    if every:
        sys.exit(compare(every) > 0)
    write()
