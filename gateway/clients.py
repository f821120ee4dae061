"""The services that the gateway stands before, and the channels to them."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import grpc
from google.api import annotations_pb2 as _annotations  # noqa: F401 - must be known before descriptors use it
from google.protobuf.descriptor import (
    FileDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc

from meshkit.client import calling, connect
from sutradhar.detector.v1 import detector_pb2
from sutradhar.speech.v1 import speech_pb2
from sutradhar.translator.v1 import translator_pb2
from sutradhar.video.v1 import video_pb2


class Service(NamedTuple):
    """One model service: its short name, its contract and where it listens by default."""

    name: str
    contract: FileDescriptor
    default_target: str

    def descriptors(self) -> list[ServiceDescriptor]:
        """The gRPC services of the contract."""
        return list(self.contract.services_by_name.values())


# A new service is one line here.
SERVICES = (
    Service("detector", detector_pb2.DESCRIPTOR, "127.0.0.1:50051"),
    Service("translator", translator_pb2.DESCRIPTOR, "127.0.0.1:50052"),
    Service("speech", speech_pb2.DESCRIPTOR, "127.0.0.1:50053"),
    Service("video", video_pb2.DESCRIPTOR, "127.0.0.1:50054"),
)
DEFAULT_TARGETS = {service.name: service.default_target for service in SERVICES}
_OWNERS = {service.contract.name: service.name for service in SERVICES}


def methods() -> Iterator[MethodDescriptor]:
    """Every method of every service, in the order of the contracts."""
    for service in SERVICES:
        for descriptor in service.descriptors():
            yield from descriptor.methods


def owner(method: MethodDescriptor) -> str:
    """The short name of the service that a method belongs to."""
    return _OWNERS[method.containing_service.file.name]


class Clients:
    """One channel per service."""

    def __init__(self, targets: Mapping[str, str], health_timeout: float = 1.0) -> None:
        self._channels = {name: connect(target) for name, target in targets.items()}
        self._health_timeout = health_timeout

    def channel(self, service: str) -> grpc.aio.Channel:
        """The channel to a service."""
        return self._channels[service]

    async def call(self, method: MethodDescriptor, request: Message) -> Message:
        """Calls a unary method; raises the MeshError that a failure means."""
        service = owner(method)
        with calling(service):
            answer: Message = await self._callable("unary_unary", method)(request)
        return answer

    def stream(self, method: MethodDescriptor, request: Message) -> Any:
        """Starts a server stream; iterate it inside `calling(owner(method))`."""
        return self._callable("unary_stream", method)(request)

    def _callable(self, kind: str, method: MethodDescriptor) -> Any:
        return getattr(self._channels[owner(method)], kind)(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=GetMessageClass(method.input_type).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )

    async def health(self) -> dict[str, bool]:
        """Which services say that they serve; each is asked with a bounded wait."""
        names = [service.name for service in SERVICES if service.name in self._channels]
        answers = await asyncio.gather(
            *(self._serves(service) for service in SERVICES if service.name in names)
        )
        return dict(zip(names, answers, strict=True))

    async def _serves(self, service: Service) -> bool:
        stub: Any = health_pb2_grpc.HealthStub(self._channels[service.name])
        try:
            for descriptor in service.descriptors():
                question = health_pb2.HealthCheckRequest(service=descriptor.full_name)
                answer = await stub.Check(question, timeout=self._health_timeout)
                if answer.status != health_pb2.HealthCheckResponse.SERVING:
                    return False
        except grpc.aio.AioRpcError:
            return False
        return True

    async def close(self) -> None:
        """Closes every channel."""
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))
