"""Makes the input of a real inference out of a model's configuration."""

import math
import struct
from typing import Any

from tools.triton.client import Tensors

_BYTES_EACH = {"BOOL": 1, "UINT8": 1, "INT8": 1, "UINT16": 2, "INT16": 2, "FP16": 2, "BF16": 2}
_BYTES_EACH |= {"UINT32": 4, "INT32": 4, "FP32": 4, "UINT64": 8, "INT64": 8, "FP64": 8}


def wants_probe(config: dict[str, Any]) -> bool:
    """Whether the model can be asked: not when its parameter `health` is `skip`, and not when it streams
    (a decoupled model has no plain inference)."""
    skipped = _parameter(config, "health") == "skip"
    return not skipped and not config.get("model_transaction_policy", {}).get("decoupled", False)


def sample_input(config: dict[str, Any]) -> Tensors:
    """One request: zeros of the smallest shape; a string input is what the parameter `health_<INPUT>` says.

    Optional inputs are left out. Shapes follow the configuration with -1 as 1, behind a batch of 1 where the model
    takes batches.
    """
    batch = [1] if config.get("max_batch_size", 0) > 0 else []
    return [_tensor(config, each, batch) for each in config["input"] if not each.get("optional", False)]


def _tensor(config: dict[str, Any], entry: dict[str, Any], batch: list[int]) -> tuple[dict[str, Any], bytes]:
    shape = batch + [max(1, int(size)) for size in entry["dims"]]
    datatype = entry["data_type"].removeprefix("TYPE_")
    if datatype == "STRING":
        text = _parameter(config, f"health_{entry['name']}").encode()
        datatype, data = "BYTES", (struct.pack("<I", len(text)) + text) * math.prod(shape)
    else:
        data = bytes(math.prod(shape) * _BYTES_EACH[datatype])
    return {"name": entry["name"], "datatype": datatype, "shape": shape}, data


def _parameter(config: dict[str, Any], name: str) -> str:
    return str(config.get("parameters", {}).get(name, {}).get("string_value", ""))
