"""Counts and times every call."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from meshkit import metrics
from meshkit.interceptors.around import AroundInterceptor, Call


def status_code(context: Any) -> str:
    """The name of the code that a call ends with, read while it is ending."""
    if isinstance(sys.exc_info()[1], asyncio.CancelledError | GeneratorExit):
        return "CANCELLED"
    code = context.code()
    return code.name if isinstance(code, grpc.StatusCode) else "OK"


class MetricsInterceptor(AroundInterceptor):
    """Feeds the RPC metrics of meshkit.metrics."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Counts and times the call."""
        started = time.perf_counter()
        metrics.RPC_IN_FLIGHT.labels(call.service).inc()
        try:
            yield
        finally:
            metrics.RPC_IN_FLIGHT.labels(call.service).dec()
            metrics.RPC_SECONDS.labels(call.service, call.method).observe(time.perf_counter() - started)
            metrics.RPC_TOTAL.labels(call.service, call.method, status_code(call.context)).inc()
