"""Running a contract graph once with the onnxruntime that will serve it."""

from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from google.protobuf.message import EncodeError
from numpy.typing import NDArray

from tools.install_detector.adapter.errors import UnusableExportError

MAX_FRAMES: Final = 8  # the largest batch of the configurations beside this package
_REASON_LENGTH: Final = 300  # characters
_TOLERANCE: Final = 0.01  # of scores between a frame alone and in company


class Trial:
    """A session of the graph. Raises UnusableExportError when the onnxruntime does not take it."""

    def __init__(self, model: onnx.ModelProto) -> None:
        try:
            self._session = onnxruntime.InferenceSession(
                model.SerializeToString(), providers=["CPUExecutionProvider"]
            )
        except (ValueError, EncodeError):
            raise UnusableExportError("it is larger than 2 GB with its weights") from None
        except Exception as error:  # noqa: BLE001 - onnxruntime has a class for each status and no common one
            raise UnusableExportError(
                f"the onnxruntime here ({onnxruntime.__version__}) cannot load it: {_first_line(error)}"
            ) from None
        self._names = [output.name for output in self._session.get_outputs()]
        _, self._height, self._width, _ = self._session.get_inputs()[0].shape

    def boxes(self, labels: int) -> int:
        """How many boxes it gives for a frame.

        Raises UnusableExportError when it fails, gives no scores, or classes beyond so many labels.
        """
        try:
            scores, classes = self._answers(self._frames()[:1])
        except Exception as error:  # noqa: BLE001 - see above
            raise UnusableExportError(f"it fails on a picture: {_first_line(error)}") from None
        if scores.ndim != 2 or not np.all((scores >= 0) & (scores <= 1)):
            raise UnusableExportError("what should be scores is not between 0 and 1")
        # The rows past the last box have the score 0 and whatever class.
        if not np.all((classes >= 0) & (classes < labels) | (scores == 0)):
            raise UnusableExportError(f"it answers classes that its {labels} `names` do not have")
        return int(scores.shape[1])

    def takes_batches(self) -> bool:
        """Whether a full batch gets the answers that each frame gets alone: not every export that says so can.

        One with nms=True can take as many as its `batch` was, and silently drops the rest.
        """
        grey, noise = self._frames()
        frames = np.stack([grey, noise] * (MAX_FRAMES // 2))
        try:
            together, _ = self._answers(frames)
            each = [self._answers(frame[np.newaxis])[0] for frame in (grey, noise)]
            alone = np.concatenate(each * (MAX_FRAMES // 2))
        except Exception:  # noqa: BLE001 - whatever it is, it cannot
            return False
        return alone.shape == together.shape and bool(np.allclose(alone, together, atol=_TOLERANCE))

    def _answers(self, frames: NDArray[np.uint8]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Scores and classes of the boxes of each frame."""
        found = self._session.run(self._names, {"IMAGES": frames})
        answers: dict[str, Any] = dict(zip(self._names, found, strict=True))
        if "rows" in answers:
            return answers["rows"][..., 4], answers["rows"][..., 5]
        return answers["scores"], answers["classes"]

    def _frames(self) -> NDArray[np.uint8]:
        """A grey frame and one of noise."""
        frames = np.full((2, self._height, self._width, 3), 114, np.uint8)
        frames[1] = np.random.default_rng(0).integers(0, 256, frames[1].shape, np.uint8)
        return frames


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:_REASON_LENGTH]
