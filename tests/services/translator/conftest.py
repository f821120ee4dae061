"""What the translator's tests share."""

import pytest

from services.translator.detection import LanguageDetector
from tests.fixtures.triton import Triton
from tests.services.translator.served import Serve, serve_translator


@pytest.fixture(scope="session")
def detector() -> LanguageDetector:
    """One detector for all tests: it keeps nothing between texts."""
    return LanguageDetector()


@pytest.fixture
def serve(triton: Triton, detector: LanguageDetector) -> Serve:
    """`async with serve() as stub`, before the real Triton; `model=` for another than the dictionary."""
    return lambda **options: serve_translator(triton.grpc_url, detector, **options)
