"""What the scheduler has counted, in Triton's metrics."""

import dataclasses
import threading
from typing import Any

import triton_python_backend_utils as pb_utils
from scheduler import Counts

_GROUPS = "groups"
_PIECES = "Pieces of texts by outcome; shared: answered with the result of another that was the same"


class Metrics:
    """`translator_pieces_total` by outcome, and `translator_groups_total`. Thread-safe."""

    def __init__(self) -> None:
        pieces = _family("translator_pieces_total", _PIECES)
        groups = _family("translator_groups_total", "Groups of pieces that were translated together")
        self._families = (pieces, groups)  # a family's metrics end with its last reference
        self._lock = threading.Lock()
        self._shown: dict[str, int] = {}
        self._counters: dict[str, Any] = {}
        for field in dataclasses.fields(Counts):
            labels = {} if field.name == _GROUPS else {"outcome": field.name}
            self._counters[field.name] = (pieces if labels else groups).Metric(labels=labels)
            self._shown[field.name] = 0

    def show(self, counts: Counts) -> None:
        """Bring the counters up to date."""
        with self._lock:
            for name, counter in self._counters.items():
                more = getattr(counts, name) - self._shown[name]
                if more > 0:
                    counter.increment(more)
                    self._shown[name] += more


def _family(name: str, description: str) -> Any:
    return pb_utils.MetricFamily(name=name, description=description, kind=pb_utils.MetricFamily.COUNTER)
