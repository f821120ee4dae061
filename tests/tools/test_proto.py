"""The contracts' tool: its words, and that the committed code is fresh."""

import subprocess
import sys

import pytest

from tools import proto


@pytest.mark.parametrize("words", [[], ["nope"], ["gen", "check"]])
def test_other_words_get_the_usage(words: list[str]) -> None:
    """Whoever asks for something else is told what there is, and nothing is touched."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.proto", *words],
        cwd=proto.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (1, "usage: python -m tools.proto {gen,check,lint,baseline}\n") == (done.returncode, done.stderr)


def test_the_committed_code_is_fresh() -> None:
    """gen/ is what the protos give; otherwise the check names the stale files and ends the process."""
    proto.check()

    assert proto.DESCRIPTORS in proto.generated(proto.GEN)
