"""What the adapter makes of an export, and what it says of one that cannot be served."""

import dataclasses
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures.triton import PYTHON, ROOT
from tests.tools.install_detector import exports
from tests.tools.install_detector.exports import (
    ANCHORS,
    HEIGHT,
    METADATA,
    WIDTH,
    Export,
    by_class,
    by_objectness,
    suppressed,
    suppressed_openly,
)

# Adapting each file in a process of its own would take a second each.
RUN = """
import json, pathlib, sys
from tools.install_detector.adapter.__main__ import adapt
from tools.install_detector.adapter.errors import UnusableExportError
for name in json.loads(sys.argv[2]):
    folder = pathlib.Path(sys.argv[1])
    try:
        print(json.dumps(adapt(folder / name, folder / f"adapted-{name}")))
    except UnusableExportError as error:
        print(json.dumps(str(error)))
"""
ONE_CLASS = {**METADATA, "names": "['dog']"}
FIXED = [1, 3, HEIGHT, WIDTH]
V5_ANCHORS = 3 * (4 * 6 + 2 * 3 + 1)  # of strides 8, 16 and 32


def with_rows(export: Export, rows: int) -> Export:
    """The export with its rows repeated up to a number."""
    return dataclasses.replace(
        export,
        base=[(export.base[0] * rows)[:rows]],
        slope=[(export.slope[0] * rows)[:rows]],
        output=[1, rows, *export.output[2:]],
    )


GOOD: dict[str, tuple[Export, dict[str, Any]]] = {
    "open sizes come from imgsz": (
        by_class("a.onnx"),
        {"height": HEIGHT, "width": WIDTH, "boxes": ANCHORS, "batches": True, "suppresses": False},
    ),
    "a fixed input needs none": (
        by_class("b.onnx", input=FIXED, metadata={"names": exports.NAMES}, output=[1, 7, ANCHORS]),
        {"height": HEIGHT, "width": WIDTH, "batches": False, "layout": "[N, 4+C, A]"},
    ),
    "one number stands for both sides": (
        by_class("c.onnx", input=["batch", 3, HEIGHT, "width"], metadata={**METADATA, "imgsz": str(WIDTH)}),
        {"height": HEIGHT, "width": WIDTH},
    ),
    "six columns end to end": (
        suppressed("d.onnx"),
        {"layout": "[N, K, 6]", "boxes": 30, "suppresses": True},
    ),
    "six columns of one class end to end": (
        suppressed("e.onnx", classes=1, metadata=ONE_CLASS),
        {"layout": "[N, K, 6]", "labels": ["dog"]},
    ),
    "six columns of one class of YOLOv5": (
        with_rows(by_objectness("f.onnx", classes=1, metadata={"names": "['dog']"}, input=FIXED), V5_ANCHORS),
        {"layout": "[N, A, 5+C]", "boxes": V5_ANCHORS},
    ),
    "a batch that the graph does not take": (
        suppressed("g.onnx", input=["batch", 3, HEIGHT, WIDTH], output=["batch", 30, 6], first_only=True),
        {"batches": False},
    ),
    "a number of rows that differs from frame to frame": (
        suppressed_openly("i.onnx"),
        {"layout": "[N, K, 6]", "boxes": None, "batches": False},
    ),
    "the oldest opset": (by_class("h.onnx", opset=11, ir_version=6), {"batches": True}),
}
BAD: dict[str, tuple[Export, str]] = {
    "task": (by_class(metadata={**METADATA, "task": "segment"}), "for the task 'segment'; only detect"),
    "names": (by_class(metadata={"task": "detect"}), "no `names`: it was not exported by ultralytics"),
    "classes": (
        by_class(metadata={**METADATA, "names": "['dog', 'cat']"}),
        "shape [open, 7, open]; with the 2 classes of its `names` it should be [batch, 6, anchors]",
    ),
    "suppressed": (by_class(metadata={**METADATA, "end2end": "True"}), "shape [open, 7, open]"),
    "imgsz": (
        by_class(metadata={"task": "detect", "names": exports.NAMES}),
        "height and width are open and its metadata has no `imgsz`",
    ),
    "odd imgsz": (by_class(metadata={**METADATA, "imgsz": "[640, 'x']"}), "its metadata has no `imgsz`"),
    "long imgsz": (
        by_class(metadata={**METADATA, "imgsz": f"0x{'f' * 9000}"}),
        "its metadata has no `imgsz`",
    ),
    "true imgsz": (by_class(metadata={**METADATA, "imgsz": "True"}), "its metadata has no `imgsz`"),
    "unnamed classes": (
        suppressed(metadata=ONE_CLASS),
        "it answers classes that its 1 `names` do not have",
    ),
    "large": (by_class(metadata={**METADATA, "imgsz": "[4096, 48]"}), "are 48 x 4096"),
    "channels": (by_class(input=["batch", 1, HEIGHT, WIDTH]), "pictures of 1 channels; 3 are served"),
    "batch": (
        by_class(input=[4, 3, HEIGHT, WIDTH]),
        "exactly 4 pictures at once; export it with dynamic=True",
    ),
    "outputs": (by_class(more_outputs=["output1"]), "2 outputs (output0, output1)"),
    "opset": (by_class(opset=10, ir_version=5), "opset 10 is older than 11"),
    "runtime": (by_class(ir_version=99), "the onnxruntime here"),
    "scores": (
        by_objectness(metadata={"names": "['dog', 'cat', 'cow']"}, unbounded=True),
        "not between 0 and 1",
    ),
}


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """What the adapter says of each file by its name."""
    folder = tmp_path_factory.mktemp("adapter")
    good = [export for export, _ in GOOD.values()]
    bad = [dataclasses.replace(export, name=f"{name}.onnx") for name, (export, _) in BAD.items()]
    beside = by_class("beside.onnx", external=True)
    exports.build([*good, *bad, beside], folder)
    (folder / "beside.onnx.data").unlink()
    (folder / "text.onnx").write_text("no network")
    (folder / "empty.onnx").write_bytes(b"")
    (folder / "cut.onnx").write_bytes((folder / "a.onnx").read_bytes()[:-500])
    names = [*(one.name for one in [*good, *bad, beside]), "text.onnx", "empty.onnx", "cut.onnx", "none.onnx"]
    done = subprocess.run(
        [PYTHON, "-c", RUN, folder, json.dumps(names)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = dict(zip(names, map(json.loads, done.stdout.splitlines()), strict=True))
    return said.__getitem__


@pytest.mark.parametrize(("export", "wanted"), GOOD.values(), ids=GOOD)
def test_an_export_is_understood(
    adapted: Callable[[str], Any], export: Export, wanted: dict[str, Any]
) -> None:
    """Its layout, size, classes, and whether it takes batches."""
    said = adapted(export.name)

    assert isinstance(said, dict), said
    assert wanted == {key: said[key] for key in wanted}


@pytest.mark.parametrize("name", BAD)
def test_an_export_that_cannot_be_served_is_refused(adapted: Callable[[str], Any], name: str) -> None:
    """And what it lacks is named."""
    said = adapted(f"{name}.onnx")

    assert isinstance(said, str), said
    assert BAD[name][1] in said


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("text.onnx", "no ONNX file"),
        ("empty.onnx", "no ONNX file"),
        ("cut.onnx", "no ONNX file, or it is cut off"),
        ("none.onnx", "there is no such file"),
        ("beside.onnx", "a file that holds its weights is missing"),
    ],
)
def test_a_broken_file_is_refused(adapted: Callable[[str], Any], name: str, message: str) -> None:
    """Text, nothing, half a file, no file, weights left behind."""
    assert message in str(adapted(name))
