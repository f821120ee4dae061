"""Who overrules whom: first with a network whose opinion is the crop's colour, then with the real ones on photos."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.fixtures.triton import PYTHON, ROOT, Triton
from tests.triton_models.coco_ssd.frames import LABELS, MODEL, PHOTOS, SIDE, detect, frame_of

BIRD, CAT, DOG = (LABELS.index(name) for name in ("bird", "cat", "dog"))

# How red a crop is on average is the probability of a cat, how green that of a dog.
MAKE = """
import sys, onnx
from onnx import TensorProto, helper
info = helper.make_tensor_value_info
zero = helper.make_tensor("zero", TensorProto.INT64, [1], [0])
nodes = [
    helper.make_node("Transpose", ["FRAME"], ["planes"], perm=[0, 3, 1, 2]),
    helper.make_node("Cast", ["planes"], ["values"], to=TensorProto.FLOAT),
    helper.make_node("Div", ["values", "full"], ["shares"]),
    helper.make_node("Shape", ["CROPS"], ["count"], start=0, end=1),
    helper.make_node("ConstantOfShape", ["count"], ["zeros"], value=zero),
    helper.make_node("RoiAlign", ["shares", "CROPS", "zeros"], ["means"], output_height=1, output_width=1),
    helper.make_node("Flatten", ["means"], ["colours"]),
    helper.make_node("Gather", ["colours", "columns"], ["OPINIONS"], axis=1),
]
constants = [
    helper.make_tensor("full", TensorProto.FLOAT, [], [255.0]),
    helper.make_tensor("columns", TensorProto.INT64, [2], [0, 1]),
]
inputs = [info("FRAME", TensorProto.UINT8, [1, "H", "W", 3]), info("CROPS", TensorProto.FLOAT, ["N", 4])]
graph = helper.make_graph(nodes, "colours", inputs, [info("OPINIONS", TensorProto.FLOAT, ["N", 2])], constants)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), sys.argv[1])
"""
JUDGE = """
import sys, numpy
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from arbiter import Arbiter
case = numpy.load(sys.argv[3])
judged = Arbiter(Path(sys.argv[2]), case["labels"].tolist()).judge(case["frame"], case["rows"])
numpy.save(sys.argv[4], judged)
"""


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network that knows a cat by its red and a dog by its green."""
    path = tmp_path_factory.mktemp("arbiter") / "colours.onnx"
    subprocess.run([PYTHON, "-c", MAKE, path], capture_output=True, text=True, check=True)
    return path


def test_a_wrong_label_is_overruled(colours: Path, tmp_path: Path) -> None:
    """Both ways, each row by its own crop; corners and scores stay."""
    frame = _frame(left=(0, 200, 0), right=(200, 0, 0))
    rows = _rows(
        (0.1, 0.3, 0.4, 0.6, 0.8, CAT), (0.6, 0.3, 0.9, 0.6, 0.7, DOG), (0.1, 0.2, 0.4, 0.6, 0.6, DOG)
    )

    judged = _judge(colours, frame, rows, tmp_path)

    assert [DOG, CAT, DOG] == judged[:, 5].tolist()
    assert np.array_equal(rows[:, :5], judged[:, :5])


def test_only_doubtful_cats_and_dogs_are_asked_about(colours: Path, tmp_path: Path) -> None:
    """Not what the detector is certain of, not what is hardly seen, and nothing else."""
    box = (0.1, 0.3, 0.4, 0.6)
    rows = _rows(
        (*box, 0.96, CAT), (*box, 0.94, CAT), (*box, 0.8, BIRD), (*box, 0.31, CAT), (*box, 0.29, CAT)
    )

    judged = _judge(colours, _frame(left=(0, 200, 0)), rows, tmp_path)

    assert [CAT, DOG, BIRD, DOG, CAT] == judged[:, 5].tolist()


@pytest.mark.parametrize(
    ("colour", "label"),
    [((7, 140, 0), DOG), ((10, 140, 0), CAT), ((7, 120, 0), CAT), ((0, 0, 0), CAT)],
    ids=["sure", "not much surer", "hardly sure", "neither"],
)
def test_only_a_sure_opinion_overrules(
    colours: Path, tmp_path: Path, colour: tuple[int, int, int], label: int
) -> None:
    """At least half, and sixteen times the other's."""
    judged = _judge(colours, _frame(left=colour), _rows((0.1, 0.3, 0.4, 0.6, 0.8, CAT)), tmp_path)

    assert [label] == judged[:, 5].tolist()


def test_a_frame_has_a_limited_number_of_questions(colours: Path, tmp_path: Path) -> None:
    """The best four."""
    rows = _rows(*((0.1, 0.3, 0.4, 0.6, 0.9 - 0.05 * place, CAT) for place in range(6)))

    judged = _judge(colours, _frame(left=(0, 200, 0)), rows, tmp_path)

    assert [DOG] * 4 + [CAT] * 2 == judged[:, 5].tolist()


def test_a_narrow_box_is_seen_in_a_square(colours: Path, tmp_path: Path) -> None:
    """What stands left and right of it counts, too, up to the frame's edge."""
    frame = _frame(left=(0, 0, 0))
    frame[:, :90] = 0, 200, 0  # the box, at 30 to 60, is 120 high: its square reaches from -15 to 105
    rows = _rows((0.1, 0.3, 0.2, 0.7, 0.8, CAT))

    seen = _judge(colours, frame, rows, tmp_path)
    frame[:, 60:90] = 0
    gone = _judge(colours, frame, rows, tmp_path)

    assert ([DOG], [CAT]) == (seen[:, 5].tolist(), gone[:, 5].tolist())


def test_a_box_that_is_nowhere_is_no_question(colours: Path, tmp_path: Path) -> None:
    """Corners that are no numbers cut nothing out; the other rows have their answers."""
    rows = _rows((np.nan, 0.3, 0.4, 0.6, 0.8, CAT), (0.1, 0.3, 0.4, 0.6, 0.7, CAT))

    judged = _judge(colours, _frame(left=(0, 200, 0)), rows, tmp_path)

    assert [CAT, DOG] == judged[:, 5].tolist()


def test_no_rows_are_no_question(colours: Path, tmp_path: Path) -> None:
    """A frame that shows nothing."""
    judged = _judge(colours, _frame(), np.zeros((0, 6), np.float32), tmp_path)

    assert (0, 6) == judged.shape


@pytest.mark.parametrize(
    ("name", "labels", "message"),
    [
        ("colours.onnx", ["cat", "horse"], "'dog' is not in list"),
        ("gone.onnx", LABELS, "gone.onnx is missing: make models fetches it"),
    ],
)
def test_what_cannot_work_is_said_at_the_start(
    colours: Path, tmp_path: Path, name: str, labels: list[str], message: str
) -> None:
    """A detector of other classes, a network that was not fetched."""
    with pytest.raises(subprocess.CalledProcessError) as raised:
        _judge(colours.with_name(name), _frame(), _rows((0, 0, 1, 1, 0.5, 0)), tmp_path, labels)

    assert message in raised.value.stderr


@pytest.mark.parametrize("part", [(0.1, 0.15, 0.4, 0.85), (0.35, 0.4, 0.65, 0.95), (0.35, 0.35, 0.65, 0.9)])
def test_a_dog_is_no_longer_called_a_cat(
    triton: Triton, tmp_path: Path, part: tuple[float, float, float, float]
) -> None:
    """Parts of a photo of a dog that the detector alone takes for cats."""
    photo = Image.open(PHOTOS / "dog.webp").convert("RGB")
    x0, y0, x1, y1 = (int(place * side) for place, side in zip(part, photo.size * 2, strict=True))
    photo.crop((x0, y0, x1, y1)).save(tmp_path / "part.png")

    (boxes,) = detect(triton.grpc_url, [frame_of(tmp_path / "part.png")])

    pets = [box for box in boxes if box.score >= 0.5 and box.label in {"cat", "dog"}]
    assert ["dog"] == [box.label for box in pets]


def _judge(
    network: Path,
    frame: NDArray[np.uint8],
    rows: NDArray[np.float32],
    folder: Path,
    labels: list[str] = LABELS,
) -> NDArray[np.float32]:
    """What the arbiter makes of the rows, in the environment that it runs in."""
    np.savez(folder / "case.npz", frame=frame, rows=rows, labels=np.array(labels))
    command: list[str | Path] = [
        PYTHON,
        "-c",
        JUDGE,
        MODEL / "1",
        network,
        folder / "case.npz",
        folder / "out.npy",
    ]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return np.asarray(np.load(folder / "out.npy"), np.float32)


def _rows(*rows: tuple[Any, ...]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def _frame(
    left: tuple[int, int, int] = (0, 0, 0), right: tuple[int, int, int] = (0, 0, 0)
) -> NDArray[np.uint8]:
    """Two halves."""
    frame = np.zeros((SIDE, SIDE, 3), np.uint8)
    frame[:, : SIDE // 2], frame[:, SIDE // 2 :] = left, right
    return frame
