"""Whether the mesh answers: first each process's port, then the gateway's own word."""

import http.client
import json
import time
from collections.abc import Iterator, Mapping, Sequence

from tools.mesh.ports import is_open
from tools.mesh.programs import Program


class Readiness:
    """Follows a starting mesh; ask `news()` again and again until `ready`."""

    def __init__(self, programs: Sequence[Program], ports: Mapping[str, int]) -> None:
        self._waiting = {program.name: ports[program.ports[0]] for program in programs if program.ports}
        self._gateway = ports.get("GATEWAY_PORT") if "gateway" in self._waiting else None
        self._away: list[str] = []
        self._began = time.monotonic()
        self.ready = False

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._began

    @property
    def missing(self) -> list[str]:
        """The names of what is waited for."""
        return list(self._waiting or self._away)

    def news(self) -> Iterator[str]:
        """One line for each process that listens now and did not before."""
        for name, port in list(self._waiting.items()):
            if is_open(port):
                del self._waiting[name]
                yield f"  {name:<13} listens on {port:<6} after {self.seconds:.1f} s"
        if not self._waiting:
            self._away = [] if self._gateway is None else away(self._gateway)
            self.ready = not self._away


def away(port: int) -> list[str]:
    """The services that the gateway's /readyz misses; nothing when it answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return [] if answer.status == 200 else json.loads(answer.read())["away"] or ["gateway"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return ["gateway"]
    finally:
        connection.close()
