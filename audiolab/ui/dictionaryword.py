"""Which words of a recording a person means to put into the dictionary."""

from PySide6.QtWidgets import QMenu

from audiolab.session.session import Session

_AROUND = ' \t\n.,;:!?…"“”„«»()[]{}*_~–—'
"""Signs that stand beside words, not in them."""

_LONGEST = 40
"""Characters of a menu entry's words."""


def chosen_text(session: Session) -> str:
    """The words of the selection, else the one at the playhead or the cursor; empty where there is none."""
    reading, timeline = session.reading, session.timeline
    chosen = reading.words_in(timeline.selection) if timeline.selection else range(0)
    here = reading.word_at(timeline.position)
    if not chosen and here is not None:
        chosen = range(here, here + 1)
    return bare(" ".join(reading.words[word].text for word in chosen))


def bare(text: str) -> str:
    """Words without the punctuation beside them."""
    return " ".join(word for word in (part.strip(_AROUND) for part in text.split()) if word)


def offer_word(menu: QMenu, session: Session, text: str) -> None:
    """Let a menu offer to add `text` to the dictionary; it does not where there is no word in it."""
    word = bare(text)
    if word:
        shown = word if len(word) <= _LONGEST else f"{word[:_LONGEST].rstrip()}…"
        entry = menu.addAction(f"Add “{shown.replace('&', '&&')}” to dictionary…")
        entry.triggered.connect(lambda: session.dictionary.asked.emit(word))
