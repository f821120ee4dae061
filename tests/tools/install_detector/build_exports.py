"""Writes small ONNX files in the forms of real exports: `build_exports SPECS.json FOLDER`, in .venv-triton.

The network: the picture times `weights`, summed to one number s; the output is `base` + `slope` * s, or of that the
rows alone whose fifth number is above `CUT`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CUT = 0.04
_CONSTANTS = ("weights", "base", "slope")


def main() -> None:
    """One file for each entry of the list."""
    for spec in json.loads(Path(sys.argv[1]).read_text()):
        _write(spec, Path(sys.argv[2], spec["name"]))


def _write(spec: dict[str, Any], path: Path) -> None:
    kind = TensorProto.FLOAT16 if spec["half"] else TensorProto.FLOAT
    arrays = {name: np.array(spec[name], "float16" if spec["half"] else "float32") for name in _CONSTANTS}
    nodes = [
        helper.make_node("Conv", ["images", "weights"], ["sum"]),
        helper.make_node("Reshape", ["sum", "flat"], ["all"]),
        # A list of one index, as some graphs with their own suppression keep the first frame alone.
        helper.make_node("Gather", ["all", "first"], ["s"], axis=0)
        if spec["first_only"]
        else helper.make_node("Identity", ["all"], ["s"]),
        helper.make_node("Mul", ["slope", "s"], ["part"]),
        helper.make_node("Add", ["base", "part"], ["every"]),
        *(_cut() if spec["cut"] else [helper.make_node("Identity", ["every"], ["output0"])]),
        *(helper.make_node("Identity", ["output0"], [name]) for name in spec["more_outputs"]),
    ]
    outputs = ["output0", *spec["more_outputs"]]
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info("images", kind, spec["input"])],
        [helper.make_tensor_value_info(name, kind, spec["output"]) for name in outputs],
        [
            *(numpy_helper.from_array(array, name) for name, array in arrays.items()),
            numpy_helper.from_array(np.array([-1, 1, 1], np.int64), "flat"),
            numpy_helper.from_array(np.array([0], np.int64), "first"),
            numpy_helper.from_array(np.array(4, np.int64), "fifth"),
            numpy_helper.from_array(np.array(CUT, arrays["base"].dtype), "cut"),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", spec["opset"])], ir_version=spec["ir_version"]
    )
    helper.set_model_props(model, spec["metadata"])
    onnx.save(
        model, path, save_as_external_data=spec["external"], location=f"{path.name}.data", size_threshold=0
    )


def _cut() -> list[onnx.NodeProto]:
    """As many rows as some frame of the batch has above the cut."""
    return [
        helper.make_node("Gather", ["every", "fifth"], ["scores"], axis=2),
        helper.make_node("ReduceMax", ["scores"], ["best"], axes=[0], keepdims=0),
        helper.make_node("Greater", ["best", "cut"], ["above"]),
        helper.make_node("Compress", ["every", "above"], ["output0"], axis=1),
    ]


if __name__ == "__main__":
    main()
