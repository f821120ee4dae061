"""Identity and one log line for every call."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meshkit import tracing
from meshkit.interceptors.around import AroundInterceptor, Call
from meshkit.interceptors.metrics import status_code
from meshkit.log import get_logger

_log = get_logger(__name__)


class LoggingInterceptor(AroundInterceptor):
    """Takes the caller's request id and trace over and logs method, code and time."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Knows the caller, and logs the call at its end."""
        headers = {key: value for key, value in call.context.invocation_metadata() if isinstance(value, str)}
        tracing.enter(headers)
        started = time.perf_counter()
        try:
            yield
        finally:
            milliseconds = round((time.perf_counter() - started) * 1000, 2)
            _log.info("rpc", method=call.method, code=status_code(call.context), milliseconds=milliseconds)
