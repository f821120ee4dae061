"""tools/triton/stubs.py, with the processes of a real Triton."""

import os
import subprocess
import sys
from typing import Any

import psutil
import pytest

from tests.fixtures.triton import Triton
from tools.triton.stubs import living, wanted


def test_the_living_are_counted_by_model(triton: Triton) -> None:
    """The model's name is all but the instance's numbers: names may have underscores of their own."""
    (server,) = psutil.Process(triton.process.pid).children()
    count = living(server.pid)

    assert 1 == count["translator_echo"] == count["flaky"]
    assert 0 == count["no_such_model"]
    assert len(server.children()) == count.total()


def test_a_process_without_children() -> None:
    """Nothing is counted, and nothing is wrong."""
    assert 0 == living(2**22 + 1).total()


def test_a_process_whose_name_is_no_text() -> None:
    """Linux cuts names after 15 bytes, also within a character: the watch must not end of it."""
    rename = "open('/proc/self/comm', 'wb').write('सूत्रधार'.encode()[:14]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", rename], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin and other.stdout
        other.stdout.readline()
        count = living(os.getpid())
        other.stdin.close()

    assert 0 == count[""]


@pytest.mark.parametrize(
    ("config", "count"),
    [
        ({"backend": "python", "instance_group": [{"count": 2}]}, 2),
        ({"backend": "python", "instance_group": [{"count": 2}, {"name": "other"}]}, 3),
        ({"backend": "python"}, 0),
        ({"backend": "onnxruntime", "instance_group": [{"count": 2}]}, 0),
        ({"platform": "ensemble"}, 0),
    ],
)
def test_how_many_a_model_wants(config: dict[str, Any], count: int) -> None:
    """The sum of its groups; only the Python backend has processes."""
    assert count == wanted(config)
