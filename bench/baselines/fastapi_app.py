"""The same detector as a FastAPI service: `uvicorn bench.baselines.fastapi_app:app`.

A plain `def` endpoint, so that FastAPI runs it on its threads. MODEL, LABELS and THREADS come from the environment.
"""

import os
from pathlib import Path

from fastapi import FastAPI, UploadFile

from bench.baselines.detector import Detector, Found

app = FastAPI()
detector = Detector(
    Path(os.environ["MODEL"]), Path(os.environ["LABELS"]), int(os.environ.get("THREADS", "0"))
)


@app.post("/detect")  # type: ignore[untyped-decorator]
def detect(image: UploadFile) -> list[Found]:
    """What a photo shows."""
    return detector.detect(image.file.read())
