"""A Triton that knows one model, writes down what it is told, and loads it or not as the test says."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc as pb_grpc

NAME = "translator"


class Stubborn(pb_grpc.GRPCInferenceServiceServicer):  # type: ignore[misc]
    """`told` are the calls; `refuses` makes loading fail, `holds` makes it last until `go`, both only once."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.refuses = self.holds = False
        self.loading, self.go = threading.Event(), threading.Event()
        self.url = ""

    def RepositoryIndex(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Always the one."""
        return pb.RepositoryIndexResponse(models=[pb.RepositoryIndexResponse.ModelIndex(name=NAME)])

    def RepositoryModelLoad(self, request: Any, context: grpc.ServicerContext) -> Any:
        """At once, late, or never."""
        self.told.append(f"load {request.model_name}")
        if self.holds:
            self.holds = False
            self.loading.set()
            self.go.wait(30)
        if self.refuses:
            self.refuses = False
            context.abort(grpc.StatusCode.INTERNAL, "it does not like it")
        return pb.RepositoryModelLoadResponse()

    def RepositoryModelUnload(self, request: Any, context: grpc.ServicerContext) -> Any:
        """At once."""
        self.told.append(f"unload {request.model_name}")
        return pb.RepositoryModelUnloadResponse()


@contextlib.contextmanager
def stubborn_triton() -> Iterator[Stubborn]:
    """It, while it listens on a port of the system's choice at `url`."""
    servicer = Stubborn()
    server = grpc.server(futures.ThreadPoolExecutor(4))
    pb_grpc.add_GRPCInferenceServiceServicer_to_server(servicer, server)
    servicer.url = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield servicer
    finally:
        servicer.go.set()
        server.stop(None).wait()
