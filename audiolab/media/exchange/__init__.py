"""Annotations of other programs: which formats there are, reading and writing files in them."""

from audiolab.media.exchange.cueing import SubtitleRules, cues_from_words
from audiolab.media.exchange.files import FORMATS, ExchangeFormat, format_of, read_annotation, write_annotation

__all__ = [
    "FORMATS",
    "ExchangeFormat",
    "SubtitleRules",
    "cues_from_words",
    "format_of",
    "read_annotation",
    "write_annotation",
]
