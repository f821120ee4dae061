"""The same detector as a custom runtime of MLServer: BYTES tensor `image` in, one JSON text per photo out.

model-settings.json names the network (`uri`), and in `extra` the file with the `labels` and the `threads`.
"""

import json
from dataclasses import asdict
from pathlib import Path

# In .venv-mlserver only.
from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceRequest, InferenceResponse
from mlserver.utils import get_model_uri

from bench.baselines.detector import Detector


class PetDetector(MLModel):  # type: ignore[misc]
    """Looks at photos, as MLServer's documentation writes a runtime."""

    async def load(self) -> bool:
        """Loads the network."""
        extra = self.settings.parameters.extra
        model = Path(await get_model_uri(self.settings))
        self._detector = Detector(model, Path(extra["labels"]), extra["threads"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """What each photo shows."""
        found = [self._detector.detect(photo) for photo in payload.inputs[0].data]
        texts = [json.dumps([asdict(one) for one in each]) for each in found]
        output = StringCodec.encode_output("found", texts)
        return InferenceResponse(model_name=self.name, outputs=[output])
