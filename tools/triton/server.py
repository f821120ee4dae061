"""`python -m tools.triton.server`: start the embedded Triton, watch over it, stop it cleanly.

Run by .venv-triton's Python from the repository's root. Exit codes: 0 stopped on request; 78 (EX_CONFIG) something is
missing or taken, with one clear message; 1 Triton ended by itself or could not be brought back (start it anew).
"""

import os
import sys
import time
from dataclasses import replace

from tools.triton.checks import Wheel, diagnose, find_wheel, gather, server_environment
from tools.triton.client import TritonHttp
from tools.triton.home import lay_models, lay_out
from tools.triton.options import OWN_MODELS, Options, models_in, parse, server_command
from tools.triton.ports import PortTaken, await_free_port
from tools.triton.process import ServerProcess, stop_with_parent
from tools.triton.shm import ShmPrefix
from tools.triton.stubs import living
from tools.triton.watch import CALL_TIMEOUT, RECHECK, Unrecoverable, Watch, log_line

EX_CONFIG = 78
STOP_MARGIN = 3  # seconds the server gets past its own exit timeout before it is killed
START_TIMEOUT = 120.0  # seconds until the server must answer; big models load slowly


class CannotStart(Exception):
    """Something is missing; the message is for the person at the terminal."""


def main(arguments: list[str] | None = None) -> int:
    """See the module's docstring."""
    options = parse(arguments)
    if options.with_parent:
        stop_with_parent(os.getppid())
    try:
        wheel, models = prepare(options)
        options = seen_by_triton(options)
    except (CannotStart, PortTaken, ValueError) as error:
        print(f"triton: {error}", file=sys.stderr)
        return EX_CONFIG
    with ShmPrefix() as prefix:
        command = server_command(options, wheel, models, prefix.name)
        environment = server_environment(wheel, os.environ)
        server = ServerProcess(command, environment, prefix.lock, options.exit_timeout + STOP_MARGIN)
        try:
            return tend(server, options)
        finally:
            server.end_group()


def prepare(options: Options) -> tuple[Wheel, list[str]]:
    """Check everything and lay out the home. Raises CannotStart, PortTaken or ValueError."""
    wheel = find_wheel()
    facts = gather(wheel, server_environment(wheel, os.environ) if wheel else os.environ)
    trouble = diagnose(facts)
    if trouble or wheel is None:
        raise CannotStart(trouble)
    models = models_in(options.repositories)
    deadline = time.monotonic() + options.port_patience
    for name in ("http", "grpc", "metrics"):
        await_free_port(name, options.host, getattr(options, f"{name}_port"), deadline)
    lay_out(options.home, wheel, facts.python)
    return wheel, models


def seen_by_triton(options: Options) -> Options:
    """The options with our own models' folder replaced by what Triton may see of it."""
    repositories = [
        lay_models(options.home, each) if each == OWN_MODELS.resolve() else each
        for each in options.repositories
    ]
    return replace(options, repositories=tuple(repositories))


def tend(server: ServerProcess, options: Options) -> int:
    """Wait for the server's end, with a health round every now and then; the launcher's exit code."""
    triton = TritonHttp(options.host, options.http_port, CALL_TIMEOUT)
    try:
        _await_start(server, triton)
        if options.watch_interval:
            watch = Watch(triton, log_line, living=lambda: living(server.pid))
            _watch_over(server, watch, options.watch_interval)
    except Unrecoverable as error:
        if not server.stopping:
            log_line("giving_up", reason=str(error))
            server.stop()
            server.wait(None)
            return 1
    code = server.wait(None)
    return 0 if server.stopping else _ended_by_itself(code)


def _watch_over(server: ServerProcess, watch: Watch, interval: float) -> None:
    pause = interval
    while server.wait(pause) is None and not server.stopping:
        pause = interval if watch.round() else min(RECHECK, interval)


def _await_start(server: ServerProcess, triton: TritonHttp) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not triton.live() and not server.stopping:
        if server.wait(0.1) is not None:
            return
        if time.monotonic() > deadline:
            raise Unrecoverable(f"Triton did not answer within {START_TIMEOUT:.0f} s of its start")


def _ended_by_itself(code: int | None) -> int:
    log_line("server_ended", exit_code=code)
    return 1


if __name__ == "__main__":
    sys.exit(main())
