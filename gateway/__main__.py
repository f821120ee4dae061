"""Runs the gateway: `python -m gateway`."""

import asyncio
import sys

import uvloop

from gateway.app import build
from gateway.clients import DEFAULT_TARGETS
from gateway.server import GatewayServer
from gateway.settings import GatewaySettings, targets
from meshkit.lifecycle import stop_signal
from meshkit.log import get_logger, setup_logging
from meshkit.settings import load

log = get_logger("gateway")


async def main() -> None:
    """Settings, application, serve, stop."""
    settings = load(GatewaySettings)
    setup_logging("gateway", settings.log_level, settings.log_format)
    server = GatewayServer(build(settings, targets(DEFAULT_TARGETS)), settings)
    try:
        port = await server.start()
    except OSError as error:
        log.error("cannot start", why=str(error))
        sys.exit(1)
    log.info("serving", host=settings.host, port=port)
    await stop_signal()
    log.info("stopping")
    await server.stop()
    log.info("stopped")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
