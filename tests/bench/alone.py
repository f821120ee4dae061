"""CTranslate2 alone, for the tests of what it is measured with."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.piped import whole_set
from bench.sentences import Sentence


def write(shown: Sequence[Sentence], folder: Path) -> Path:
    """The file that it reads."""
    path = folder / "sentences.json"
    path.write_text(json.dumps([[one.text, one.pieces] for one in shown]))
    return path


async def asked(
    stack: AsyncExitStack, model: Path, shown: Sequence[Sentence], work: Path, *flags: str
) -> dict[str, Any]:
    """What it makes of all of them."""
    alone = await whole_set(stack, "alone", work, model, write(shown, work), flags)
    return await alone.ask(len(shown))
