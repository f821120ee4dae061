"""IndicTrans2 behind the translator's contract: texts in, each request answered as soon as its own texts are done.

Runs inside Triton's python backend with ctranslate2 and sentencepiece; it imports nothing from the repository. What
it serves, and how, is in the parameters of config.pbtxt.
"""

import json
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from metrics import Metrics
from network import Network, Output
from parameters import read
from piece import MODEL_FAILED, Lane
from request import Reply, items
from scheduler import FullError, Order, Scheduler
from text import Answer, Desk, Text
from waiting import Tokens
from wishes import Item, RefusedError, Rules

_PATIENCE = 3.0  # seconds that a group gets to end when the model is unloaded


class TritonPythonModel:
    """One instance holds all installed networks."""

    def initialize(self, args: dict[str, str]) -> None:
        """Read the parameters of config.pbtxt and load the networks."""
        entries = json.loads(args["model_config"])["parameters"]
        chosen = read(
            {name: entry["string_value"] for name, entry in entries.items()},
            Path(args["model_repository"]),
            args["model_instance_kind"],
            int(args["model_instance_device_id"]),
        )
        self._networks = [Network(folder, chosen.place, chosen.lengths) for folder in chosen.models]
        covers = [network.covers for network in self._networks]
        self._rules = Rules(covers, chosen.beam_size, chosen.max_length, chosen.max_characters)
        self._scheduler = Scheduler(self._compute, chosen.limits, chosen.workers, Metrics().show)
        self._desk = Desk(self._networks, self._scheduler, chosen.piece_tokens, chosen.mends_loops)

    def execute(self, requests: list[Any]) -> None:
        """Take the requests in. Each is answered later, by a worker's thread: Triton need not wait here."""
        for request in requests:
            self._take_in(request)

    def finalize(self) -> None:
        """Answer what waits, and end the threads."""
        self._scheduler.close(_PATIENCE)

    def _compute(self, lane: Lane, sources: Sequence[Tokens]) -> list[Output]:
        return self._networks[lane.network].translate(sources, lane.options)

    def _take_in(self, request: Any) -> None:
        rows = items(request)
        reply = Reply(request, len(rows))
        orders: list[Order] = []
        answers: list[Callable[[], None]] = []  # what can be given without a network, once the rest is let in
        for row, item in enumerate(rows):
            own, answer = self._begin(item, reply, reply.receiver(row))
            orders += own
            if answer is not None:
                answers.append(answer)
        try:
            self._scheduler.submit(orders)
        except FullError:
            reply.refuse()
            return
        for answer in answers:
            answer()

    def _begin(
        self, item: Item, reply: Reply, receive: Callable[[Answer], None]
    ) -> tuple[list[Order], Callable[[], None] | None]:
        """What an item has to have done; where that is nothing, what answers it."""
        try:
            text = Text(self._desk, self._rules.wish(item), reply.is_wanted, receive)
            orders = text.orders()
        except RefusedError as error:
            refusal = Answer(error=str(error))
        except Exception:  # noqa: BLE001 - whatever it is, only this item fails
            traceback.print_exc(file=sys.stderr)
            refusal = Answer(error=MODEL_FAILED)
        else:
            return orders, None if orders else text.finish
        return [], lambda: receive(refusal)
