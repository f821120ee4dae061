"""Turns what a servicer raises into the status that the caller sees."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from grpc_status import rpc_status

from meshkit.errors import BackendUnavailable, Internal, MeshError, from_rpc_error, to_rpc_status
from meshkit.interceptors.around import AroundInterceptor, Call
from meshkit.log import get_logger
from meshkit.metrics import ERRORS_TOTAL

_log = get_logger(__name__)

# Sent with UNAVAILABLE: only the hop next to the failure retries, otherwise
# every hop above it would multiply the load on what is ill (gRFC A6, pushback).
_NO_RETRY = (("grpc-retry-pushback-ms", "-1"),)


class ErrorsInterceptor(AroundInterceptor):
    """Maps MeshErrors through the one table; anything else is INTERNAL with a fixed message."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Ends the call with the status that its error means."""
        try:
            yield
        except (asyncio.CancelledError, grpc.aio.AbortError, GeneratorExit):
            raise
        except MeshError as error:
            await self._abort(call, error)
        except grpc.aio.AioRpcError as error:
            await self._abort(call, from_rpc_error(error, "backend"))
        except Exception:  # noqa: BLE001 - the caller gets a fixed text, the log the rest
            _log.exception("unexpected error", method=call.method)
            await self._abort(call, Internal())

    async def _abort(self, call: Call, error: MeshError) -> None:
        ERRORS_TOTAL.labels(call.service, call.method, error.reason).inc()
        _log.warning("refused", method=call.method, reason=error.reason, field=error.field, why=error.message)
        if isinstance(error, BackendUnavailable):
            call.context.set_trailing_metadata(_NO_RETRY)
        status = rpc_status.to_status(to_rpc_status(error))
        trailing = (*status.trailing_metadata, *(call.context.trailing_metadata() or ()))
        try:
            await call.context.abort(status.code, status.details, trailing)
        except grpc.aio.AbortError as aborted:
            # grpc keeps this exception with the call, and raises it again when the handler has returned. Where it has
            # been would keep the request, and what the handler held, until the next collection of garbage.
            aborted.__traceback__ = aborted.__context__ = None
