"""IndicTrans2 behind the translator's contract: texts in, each request answered as soon as its own texts are done.

Runs inside Triton's python backend with ctranslate2 and sentencepiece; it imports nothing from the repository. What
it serves, and how, is in the parameters of config.pbtxt.
"""

import json
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from decoding import Output
from metrics import Metrics
from network import Network
from parameters import read
from piece import Lane
from reception import Reception
from request import Reply, items
from scheduler import Scheduler
from text import Desk
from waiting import Tokens
from wishes import Rules

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
        rules = Rules(covers, chosen.beam_size, chosen.max_length, chosen.max_characters)
        self._scheduler = Scheduler(self._compute, chosen.limits, chosen.workers, Metrics().show)
        desk = Desk(self._networks, self._scheduler, chosen.piece_tokens, chosen.mends_loops)
        self._reception = Reception(desk, rules, chosen.max_request_characters)

    def execute(self, requests: list[Any]) -> None:
        """Take the requests in. Each is answered later, by a worker's thread: Triton need not wait here."""
        for request in requests:
            rows = items(request)
            reply = Reply(request, len(rows))
            try:
                self._reception.take(rows, reply)
            except Exception:  # noqa: BLE001 - the next request is another
                traceback.print_exc(file=sys.stderr)
                reply.fail()

    def finalize(self) -> None:
        """Answer what waits, and end the threads."""
        self._reception.close(_PATIENCE)
        self._scheduler.close(_PATIENCE)

    def _compute(self, lane: Lane, sources: Sequence[Tokens]) -> list[Output]:
        return self._networks[lane.network].translate(sources, lane.options)
