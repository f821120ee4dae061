"""Telling a running Triton about a model."""

from typing import Final

from tritonclient.grpc import InferenceServerClient
from tritonclient.utils import InferenceServerException

_ANSWER_SECONDS: Final = 20.0  # one that is in use may take some
_LOAD_SECONDS: Final = 600.0  # a large model takes minutes from a slow disk
_UNLOAD_SECONDS: Final = _LOAD_SECONDS  # it waits for a load that has begun
_TOO_LATE: Final = "StatusCode.DEADLINE_EXCEEDED"


class LoadFailedError(Exception):
    """Triton knows the model and cannot load or unload it; the message is Triton's."""


def knows(url: str, model: str, patience: float = _ANSWER_SECONDS) -> bool:
    """Whether a Triton answers at `url` (host:port, gRPC) and has the model in one of its repositories.

    Raises LoadFailedError when somebody is there who does not answer for so many seconds: it may be serving the model.
    """
    with _client(url) as triton:
        try:
            index = triton.get_model_repository_index(client_timeout=patience)
        except InferenceServerException as error:
            if error.status() == _TOO_LATE:
                raise LoadFailedError(f"Triton at {url} does not answer within {patience:.0f} s") from error
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
    """Unload the model. Raises LoadFailedError."""
    with _client(url) as triton:
        try:
            triton.unload_model(model, client_timeout=_UNLOAD_SECONDS)
        except InferenceServerException as error:
            raise LoadFailedError(error.message()) from error


def _client(url: str) -> InferenceServerClient:
    return InferenceServerClient(url, channel_args=[("grpc.enable_http_proxy", 0)])
