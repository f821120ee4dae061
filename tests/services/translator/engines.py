"""An engine in memory, for what no model does on demand: refusing, failing on one text, being exchanged."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from meshkit.errors import MeshError, Overloaded
from meshkit.languages import Language
from services.translator.directions import Directions
from services.translator.texts import NO_TRUST, Answer, ModelCard, Options, Trust

FULL = Overloaded("The queue is full.", retry_after=0.001)


class BackwardsEngine:
    """Says each text backwards, but for what a test laid out for it."""

    def __init__(self, directions: str = "") -> None:
        self.installed = ModelCard("backwards", 256, Directions.parse(directions), fingerprint="first")
        self.successor = ""  # the fingerprint of what takes the model's place while it translates
        self.loaded = True
        self.away: MeshError | None = None
        self.refusals = 0
        self.errors: dict[str, MeshError] = {}
        self.failures: dict[str, str] = {}
        self.trusts: dict[str, Trust] = {}
        self.asked: list[list[str]] = []
        self.at_once = self.most_at_once = 0

    async def card(self) -> ModelCard:
        if self.away is not None:
            raise self.away
        return self.installed

    async def fingerprint(self) -> str:
        return self.installed.fingerprint

    async def ready(self) -> bool:
        return self.loaded

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.refusals:
            self.refusals -= 1
            raise FULL
        self.asked.append(list(texts))
        for text in texts:
            if text in self.errors:
                raise self.errors[text]
        if self.successor:
            self.installed = replace(self.installed, fingerprint=self.successor)
        return [
            Answer(text[::-1], failure=self.failures.get(text, ""), trust=self.trusts.get(text, NO_TRUST))
            for text in texts
        ]
