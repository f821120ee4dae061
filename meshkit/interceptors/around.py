"""The one way that our server interceptors wrap a call: an async context manager around it."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, NamedTuple

import grpc


class Call(NamedTuple):
    """One call being served."""

    service: str  # full name, such as sutradhar.detector.v1.DetectorService
    method: str  # short name, such as Detect
    request: Any
    context: Any


class AroundInterceptor(grpc.aio.ServerInterceptor):
    """Runs `around(call)` around unary calls and server streams of our services.

    Our protos have no client streams. Health checks and reflection (`grpc.*`)
    are passed through: no limit, rule or log is meant for them.
    """

    @abstractmethod
    def around(self, call: Call) -> AbstractAsyncContextManager[None]:
        """The context manager that a call runs in."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Wraps the handler of a method of ours."""
        handler = await continuation(handler_call_details)
        service, _, method = handler_call_details.method.lstrip("/").rpartition("/")
        if handler is None or handler.request_streaming or service.startswith("grpc."):
            return handler
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._stream(handler.unary_stream, service, method),
                handler.request_deserializer,
                handler.response_serializer,
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary(handler.unary_unary, service, method),
            handler.request_deserializer,
            handler.response_serializer,
        )

    def _unary(self, behaviour: Callable[..., Any], service: str, method: str) -> Callable[..., Any]:
        async def wrapped(request: Any, context: Any) -> Any:
            async with self.around(Call(service, method, request, context)):
                return await behaviour(request, context)

        return wrapped

    def _stream(self, behaviour: Callable[..., Any], service: str, method: str) -> Callable[..., Any]:
        async def wrapped(request: Any, context: Any) -> AsyncIterator[Any]:
            async with (
                self.around(Call(service, method, request, context)),
                aclosing(behaviour(request, context)) as responses,
            ):
                async for response in responses:
                    yield response

        return wrapped
