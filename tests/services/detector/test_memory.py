"""services/detector/memory.py"""

import subprocess
import sys

from tests.fixtures.triton import ROOT

PROGRAM = """
import psutil
from PIL import Image
from services.detector.memory import return_large_blocks
from services.detector.pictures import decode, inspect
from tests.services.detector import making

return_large_blocks()
picture = making.encoded(Image.new("RGBA", (5000, 4000), (9, 9, 9, 99)), "PNG")
before = psutil.Process().memory_info().rss
for _ in range(3):
    decode(picture, inspect(picture, "image"), 300, 300, "image")
print((psutil.Process().memory_info().rss - before) >> 20)
"""


def test_what_decoding_took_is_given_back() -> None:
    """After large pictures, which take 160 MB each, the process is as small as before but for some megabytes."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(done.stdout) < 50
