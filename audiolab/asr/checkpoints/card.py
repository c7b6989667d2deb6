"""What a model card says: the YAML block at the top of a checkpoint's README.md."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Card:
    """Language and licence as the card names them; empty where it does not."""

    language: str = ""
    licence: str = ""


def read_card(folder: Path) -> Card:
    """The card of the checkpoint in `folder`; an empty one where there is none or it cannot be read."""
    import yaml

    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
        _before, block, _rest = text.split("---\n", 2)
        values = yaml.safe_load(block)
        return Card(_joined(values.get("language")), _joined(values.get("license")))
    except (OSError, ValueError, AttributeError, yaml.YAMLError):
        return Card()


def _joined(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)
