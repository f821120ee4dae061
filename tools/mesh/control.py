"""supervisord's XML-RPC over its Unix socket, with a time limit: nobody waits for one that hangs."""

import http.client
import socket
import xmlrpc.client
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 3.0
# How a supervisord that is not there, or is going, answers.
SILENCE = (OSError, http.client.HTTPException, xmlrpc.client.Error)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Opens the Unix socket in place of a TCP one."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        """A new connection for each call."""
        return _Connection(self._path)


def ask(path: Path, method: str, *arguments: object) -> Any:
    """Calls a method of supervisord, such as `getAllProcessInfo`; raises one of SILENCE when it does not answer."""
    with xmlrpc.client.ServerProxy("http://localhost", transport=_Transport(path)) as client:
        return getattr(client.supervisor, method)(*arguments)
