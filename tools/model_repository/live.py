"""Telling a running Triton about a model."""

from typing import Final

from tritonclient.grpc import InferenceServerClient
from tritonclient.utils import InferenceServerException

_ANSWER_SECONDS: Final = 3.0
_LOAD_SECONDS: Final = 600.0  # a large model takes minutes from a slow disk
_UNLOAD_SECONDS: Final = 30.0


class LoadFailedError(Exception):
    """Triton knows the model and cannot load or unload it; the message is Triton's."""


def knows(url: str, model: str) -> bool:
    """Whether a Triton answers at `url` (host:port, gRPC) and has the model in one of its repositories."""
    with _client(url) as triton:
        try:
            index = triton.get_model_repository_index(client_timeout=_ANSWER_SECONDS)
        except InferenceServerException:
            return False
    return any(entry.name == model for entry in index.models)


def load(url: str, model: str) -> None:
    """Load the model, or load it anew. Raises LoadFailedError."""
    with _client(url) as triton:
        try:
            triton.load_model(model, client_timeout=_LOAD_SECONDS)
        except InferenceServerException as error:
            raise LoadFailedError(error.message()) from error


def unload(url: str, model: str) -> None:
    """Unload the model where a Triton at `url` has it. Raises LoadFailedError."""
    if not knows(url, model):
        return
    with _client(url) as triton:
        try:
            triton.unload_model(model, client_timeout=_UNLOAD_SECONDS)
        except InferenceServerException as error:
            raise LoadFailedError(error.message()) from error


def _client(url: str) -> InferenceServerClient:
    return InferenceServerClient(url, channel_args=[("grpc.enable_http_proxy", 0)])
