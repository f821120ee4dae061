"""CTranslate2 alone, for the tests of what it is measured with."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.piped import whole_set
from bench.sentences import Sentence, write


async def asked(
    stack: AsyncExitStack, model: Path, shown: Sequence[Sentence], work: Path, *flags: str
) -> dict[str, Any]:
    """What it makes of all of them."""
    alone = await whole_set(stack, "alone", work, model, write(shown, work), flags)
    return await alone.ask(len(shown))
