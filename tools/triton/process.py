"""The tritonserver process: its own process group, gone when its launcher is gone, stopped in bounded time."""

import contextlib
import ctypes
import os
import signal
import subprocess
import types
from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1


class ServerProcess:
    """Starts the server; a stop signal to this process stops it politely, then by force."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], keep_open: int, stop_timeout: int
    ) -> None:
        launcher = os.getpid()
        self._stop_timeout = stop_timeout  # seconds from the first signal until the group is killed
        self.stopping = False
        self._process = subprocess.Popen(
            command,
            env=dict(environment),
            start_new_session=True,  # the stubs join this group, and are ended with it
            pass_fds=[keep_open],
            preexec_fn=lambda: stop_with_parent(launcher),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop_signal)
        signal.signal(signal.SIGALRM, self._on_alarm)

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._process.pid

    def wait(self, timeout: float | None) -> int | None:
        """The exit code, or None when the server still runs after `timeout` seconds."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """Ask the server to stop, and see to it that it does in time."""
        if not self.stopping:
            self.stopping = True
            signal.alarm(self._stop_timeout)
            self._process.terminate()

    def end_group(self) -> None:
        """Kill whatever is left of the group: stubs outlive a server that was killed."""
        signal.alarm(0)
        with contextlib.suppress(ProcessLookupError):  # nothing was left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _on_stop_signal(self, number: int, frame: types.FrameType | None) -> None:
        self.stop()

    def _on_alarm(self, number: int, frame: types.FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def stop_with_parent(parent: int) -> None:
    """Ask the kernel to send this process SIGTERM when `parent`, which started it, is gone (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before the request was made
        os._exit(1)
