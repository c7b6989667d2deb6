"""A given text on a recording: when each of its words was said, and where the two differ.

`align_text` does it all; `align_transcribed` does it again with what was recognised before.
"""

from audiolab.asr.aligning.aligner import align_text, align_transcribed
from audiolab.asr.aligning.result import PlacedWord, TextAlignment, Unwritten
from audiolab.core.doubts import Doubt

__all__ = ["Doubt", "PlacedWord", "TextAlignment", "Unwritten", "align_text", "align_transcribed"]
