"""The text pipeline is no part of a package of the repository: Triton imports it from the model's own folder."""

import sys

from tests.fixtures.triton import ROOT

sys.path.append(str(ROOT / "triton_models" / "translator" / "1"))
