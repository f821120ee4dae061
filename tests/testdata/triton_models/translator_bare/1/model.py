"""For tests only: writes the two language ids before the text instead of translating it.

It has no errors for single texts: a text with `catastrophe` fails its whole request.
"""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Answers `<source>><target> <text>`."""

    def execute(self, requests):
        """Answer each request on its own."""
        return [_answer(request) for request in requests]


def _answer(request):
    names = ("INPUT_TEXT", "INPUT_LANGUAGE_ID", "OUTPUT_LANGUAGE_ID")
    texts, sources, targets = (
        pb_utils.get_input_tensor_by_name(request, name).as_numpy().reshape(-1) for name in names
    )
    if any(b"catastrophe" in text for text in texts):
        return pb_utils.InferenceResponse(error=pb_utils.TritonError("it fell off the table"))
    rows = [[source + b">" + target + b" " + text] for text, source, target in zip(texts, sources, targets)]
    return pb_utils.InferenceResponse([pb_utils.Tensor("OUTPUT_TEXT", np.array(rows, dtype=object))])
