"""The sentences that people wrote: a file for each language and domain, line by line the same sentences."""

from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).resolve().parents[2] / "data" / "nano"
DOMAINS: Final = ("pets", "everyday", "narration", "devotional", "app")
INDEPENDENT: Final = "independent"


def lines(home: Path, language: str, domain: str) -> list[str]:
    """A domain's sentences, in order. Raises OSError."""
    return (home / "sentences" / language / f"{domain}.txt").read_text("utf-8").splitlines()


def independent(home: Path, language: str) -> list[str]:
    """Sentences by writers who had not seen any others; none where there is no such file. Raises OSError."""
    path = home / INDEPENDENT / f"{language}.txt"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def monolingual(home: Path) -> list[str]:
    """The sentences that only English has; none where there is no such file. Raises OSError."""
    path = home / "monolingual" / "en.txt"
    return path.read_text("utf-8").splitlines() if path.exists() else []
