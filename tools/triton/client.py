"""The few calls of Triton's HTTP interface that keeping it well takes, over the standard library.

Protocol: KServe v2 with Triton's model repository and binary tensor extensions.
"""

import http.client
import json
from typing import Any

REASON_LENGTH = 300  # characters; Triton's errors can carry a whole traceback
Tensors = list[tuple[dict[str, Any], bytes]]  # (name, datatype, shape; data in the binary layout)


class TritonError(Exception):
    """Triton is not reachable, did not answer in time, or answered with an error."""


class TritonTimeout(TritonError):
    """Triton did not answer in time; it may be busy."""


class TritonHttp:
    """One connection for each call: calls are rare, and a restarted server then needs no care."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._host = host
        self._port = port
        self._timeout = timeout  # seconds for one call

    def live(self) -> bool:
        """Whether the server answers at all."""
        try:
            self._call("GET", "/v2/health/live")
        except TritonError:
            return False
        return True

    def models(self) -> dict[str, str]:
        """Every model of the repositories and its state: READY, UNAVAILABLE, LOADING, UNLOADING or empty."""
        entries = json.loads(self._call("POST", "/v2/repository/index", b"{}"))
        return {entry["name"]: entry.get("state", "") for entry in entries}

    def config(self, model: str) -> dict[str, Any]:
        """The model's configuration as Triton runs it."""
        return dict(json.loads(self._call("GET", f"/v2/models/{model}/config")))

    def infer(self, model: str, tensors: Tensors) -> None:
        """Run the model once and throw the answer away."""
        inputs = [{**head, "parameters": {"binary_data_size": len(data)}} for head, data in tensors]
        header = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()
        body = header + b"".join(data for _, data in tensors)
        self._call(
            "POST", f"/v2/models/{model}/infer", body, {"Inference-Header-Content-Length": str(len(header))}
        )

    def successes(self, model: str) -> int:
        """How many requests the model has answered since it was loaded."""
        versions = json.loads(self._call("GET", f"/v2/models/{model}/stats"))["model_stats"]
        return sum(int(each["inference_stats"]["success"]["count"]) for each in versions)

    def load(self, model: str) -> None:
        """Load the model, or load it anew; returns when it is ready."""
        self._call("POST", f"/v2/repository/models/{model}/load", b"{}")

    def unload(self, model: str) -> None:
        """Unload the model; returns at once, while requests in flight end."""
        self._call("POST", f"/v2/repository/models/{model}/unload", b"{}")

    def _call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            answer = response.read()
        except TimeoutError as error:
            raise TritonTimeout(f"no answer to {method} {path} within {self._timeout} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise TritonError(f"no answer to {method} {path}: {error}") from error
        finally:
            connection.close()
        if response.status != 200:
            raise TritonError(f"{method} {path} answered {response.status}: {_reason(answer)}")
        return answer


def _reason(answer: bytes) -> str:
    try:
        text = str(json.loads(answer)["error"])
    except (ValueError, KeyError, TypeError):
        text = answer.decode(errors="replace")
    return " ".join(text.split())[:REASON_LENGTH]
