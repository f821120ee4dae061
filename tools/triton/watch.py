"""Asks every model for a real inference again and again, and reloads the one that stays silent.

Triton reports a model ready although the process that runs it was killed, and does not start that process anew;
unloading and loading the model does. `python -m tools.triton.watch --http HOST:PORT` watches any Triton; the launcher
runs the same rounds over its own.
"""

import argparse
import dataclasses
import json
import sys
import time
from collections import Counter
from collections.abc import Callable

from tools.triton.client import TritonError, TritonHttp, TritonTimeout
from tools.triton.sample import sample_input, wants_probe
from tools.triton.stubs import wanted

CALL_TIMEOUT = 10.0  # seconds for one call, a probe or a load
RECHECK = 1.0  # seconds until the round after one that saw a first failure


class Unrecoverable(Exception):
    """Reloading did not help: the whole server has to be started anew."""


@dataclasses.dataclass
class _Record:
    failures: int = 0  # in a row
    reloads: int = 0  # in a row, none of which helped
    next_reload: float = 0.0
    has_worked: bool = False
    successes: int = 0


Log = Callable[..., None]


class Watch:
    """Holds what is known of each model between rounds. Not thread-safe.

    A model that worked once and cannot be brought back raises Unrecoverable. One that never worked is broken in
    itself: it is retried ever more rarely, and the others are left in peace.
    """

    failures_before_reload = 2
    reloads_before_giving_up = 3
    first_pause, longest_pause = 2.0, 300.0  # seconds between reloads, doubling

    def __init__(
        self,
        triton: TritonHttp,
        log: Log,
        clock: Callable[[], float] = time.monotonic,
        living: Callable[[], Counter[str]] | None = None,
    ) -> None:
        """`living` counts each model's processes, where the server is on this host."""
        self._triton = triton
        self._log = log
        self._clock = clock
        self._living = living
        self._silent_rounds = 0
        self._records: dict[str, _Record] = {}

    def round(self) -> bool:
        """Probe every model once; reload what needs it. False asks for the next round soon, to make sure.

        Raises Unrecoverable.
        """
        try:
            models = self._triton.models()
        except TritonError as error:
            self._server_is_silent(error)
            return False
        self._silent_rounds = 0
        # The other states are on their way, or the model was never asked for.
        asked = [model for model, state in models.items() if state in ("READY", "UNAVAILABLE")]
        for model in asked:
            self._look_after(model, self._records.setdefault(model, _Record()))
        return not any(
            self._records[model].failures in range(1, self.failures_before_reload) for model in asked
        )

    def _server_is_silent(self, error: TritonError) -> None:
        self._silent_rounds += 1
        self._log("server_silent", rounds=self._silent_rounds, reason=str(error))
        if self._silent_rounds >= self.failures_before_reload:
            raise Unrecoverable("Triton does not answer")

    def _look_after(self, model: str, record: _Record) -> None:
        failure = self._probe(model, record)
        if failure is None:
            self._note_success(model, record)
            return
        record.failures += 1
        if record.failures == 1:
            self._log("probe_failed", model=model, reason=failure)
        if record.failures >= self.failures_before_reload and self._clock() >= record.next_reload:
            self._reload(model, record)

    def _note_success(self, model: str, record: _Record) -> None:
        self._records[model] = _Record(has_worked=True, successes=record.successes)

    def _probe(self, model: str, record: _Record) -> str | None:
        """Why the model does not answer; None when it does (or is not to be asked, or is busy with others)."""
        try:
            config = self._triton.config(model)
            if self._living is not None and self._living()[model] < wanted(config):
                return "one of its processes is gone"
            if wants_probe(config):
                self._triton.infer(model, sample_input(config))
        except TritonTimeout as error:
            return None if self._is_getting_on(model, record) else str(error)
        except TritonError as error:
            return str(error)
        return None

    def _is_getting_on(self, model: str, record: _Record) -> bool:
        """Whether it has answered others since the last time it was slow: a long queue is no reason to reload."""
        try:
            before, record.successes = record.successes, self._triton.successes(model)
        except TritonError:
            return False
        return record.successes > before

    def _reload(self, model: str, record: _Record) -> None:
        if record.has_worked and record.reloads >= self.reloads_before_giving_up:
            raise Unrecoverable(f"{model} does not answer after {record.reloads} reloads")
        record.next_reload = self._clock() + min(self.first_pause * 2**record.reloads, self.longest_pause)
        record.reloads += 1
        failure = self._load_anew(model) or self._probe(model, record)
        self._log(
            "reload_failed" if failure else "model_reloaded",
            model=model,
            reloads=record.reloads,
            reason=failure,
        )
        if failure is None:
            self._note_success(model, record)

    def _load_anew(self, model: str) -> str | None:
        """Why it could not be loaded; None when it could. Unloading alone may never end: the dead process is asked
        to say goodbye; loading does not wait for it."""
        try:
            self._triton.unload(model)
            self._triton.load(model)
        except TritonError as error:
            return str(error)
        return None


def log_line(event: str, **details: object) -> None:
    """One JSON line on standard error for each action."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line = {"timestamp": moment, "service": "triton-watch", "event": event, **details}
    print(json.dumps(line), file=sys.stderr, flush=True)


def main() -> int:
    """Watch until the server cannot be helped; then exit code 1, so that a supervisor starts it anew."""
    parser = argparse.ArgumentParser(prog="python -m tools.triton.watch", description=__doc__)
    parser.add_argument("--http", default="127.0.0.1:8100", help="HOST:PORT of Triton's HTTP interface")
    parser.add_argument("--interval", type=float, default=5.0, help="seconds between rounds")
    options = parser.parse_args()
    host, _, port = options.http.rpartition(":")
    watch = Watch(TritonHttp(host, int(port), CALL_TIMEOUT), log_line)
    try:
        while True:
            time.sleep(options.interval if watch.round() else RECHECK)
    except Unrecoverable as error:
        log_line("giving_up", reason=str(error))
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
