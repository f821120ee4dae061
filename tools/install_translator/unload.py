"""Telling a running Triton that a model is gone."""

from typing import Final

from tritonclient.grpc import InferenceServerClient
from tritonclient.utils import InferenceServerException

from tools.model_repository import live

_SECONDS: Final = 30.0


def unload(url: str, model: str) -> None:
    """Unload the model where a Triton at `url` (host:port, gRPC) has it. Raises live.LoadFailedError."""
    if not live.knows(url, model):
        return
    with InferenceServerClient(url, channel_args=[("grpc.enable_http_proxy", 0)]) as triton:
        try:
            triton.unload_model(model, client_timeout=_SECONDS)
        except InferenceServerException as error:
            raise live.LoadFailedError(error.message()) from error
