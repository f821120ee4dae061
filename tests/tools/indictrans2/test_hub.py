"""Fetching from the hub: a client of our own stands in for the package, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.indictrans2.checkpoints import ROOT

NAME = "ai4bharat/indictrans2-en-indic-dist-200M"
CLIENT = """
class NoRouteError(Exception):
    pass

class HfApi:
    def list_repo_files(self, name):
        return {files!r}

def snapshot_download(name, allow_patterns):
    {action}
"""
FETCH = "import sys; from tools.indictrans2.hub import fetch; sys.stdout.write(str(fetch(sys.argv[1])))"


def fetch(folder: Path, files: list[str], action: str) -> subprocess.CompletedProcess[str]:
    """What fetching answers with a client that lists these files and does this."""
    (folder / "huggingface_hub.py").write_text(CLIENT.format(files=files, action=action))
    return subprocess.run(
        [sys.executable, "-c", FETCH, NAME],
        env={"PYTHONPATH": f"{folder}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.mark.parametrize(
    ("files", "weights"),
    [
        (["model.safetensors", "pytorch_model.bin"], "model.safetensors"),
        (["pytorch_model.bin"], "pytorch_model.bin"),
        (
            ["model.safetensors.index.json", "model-00001-of-00002.safetensors"],
            "model.safetensors.index.json model-*.safetensors",
        ),
    ],
)
def test_only_what_is_needed_is_fetched(tmp_path: Path, files: list[str], weights: str) -> None:
    """One form of the weights, and no code."""
    done = fetch(tmp_path, [*files, "modeling_indictrans.py"], "return ' '.join(allow_patterns)")

    assert f"config.json model.SRC model.TGT dict.SRC.json dict.TGT.json {weights}" == done.stdout


@pytest.mark.parametrize("error", ["OSError", "NoRouteError"])
def test_a_failure_says_what_to_do(tmp_path: Path, error: str) -> None:
    """In the client's words, and ours; its errors are of many kinds."""
    done = fetch(tmp_path, [], f"raise {error}('401 Client Error\\nmore')")

    assert (
        f"{NAME}: it cannot be fetched (401 Client Error). Download config.json, model.SRC, " in done.stderr
    )


def test_without_the_client_it_is_said_where_the_files_are(tmp_path: Path) -> None:
    """Nothing else can be done without it."""
    done = fetch(tmp_path, [], "pass\nraise ImportError")

    assert f"{NAME}: huggingface_hub is not installed. Download config.json, model.SRC, " in done.stderr
    assert f"from https://huggingface.co/{NAME} into a folder indictrans2-en-indic-dist-200M" in done.stderr
