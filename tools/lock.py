"""Pins the dependencies with hashes into requirements/: `python -m tools.lock`.

dev.txt is resolved first and main.txt within it, so that the tests run what the mesh runs.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
OPTIONS = ("--generate-hashes", "--python-version", "3.11", "--no-header", "--quiet")


def compile_lock(target: str, source: str, *options: str) -> None:
    """Resolves one lock; paths are relative, for they end up in its comments."""
    subprocess.run(
        [UV, "pip", "compile", *OPTIONS, *options, source, "-o", f"requirements/{target}"],
        cwd=ROOT,
        check=True,
    )


def main() -> None:
    """Writes the eight locks."""
    compile_lock("dev.txt", "pyproject.toml", "--group", "dev")
    compile_lock("main.txt", "pyproject.toml", "-c", "requirements/dev.txt")
    compile_lock("triton.txt", "requirements/triton.in", "--no-deps")
    # Decoding must be compared with the same Pillow and numpy.
    compile_lock("bench.txt", "requirements/bench.in", "-c", "requirements/dev.txt")
    compile_lock("mlserver.txt", "requirements/mlserver.in")
    compile_lock("yolo.txt", "requirements/yolo.in")
    compile_lock("torch-bench.txt", "requirements/torch-bench.in")
    compile_lock("hub.txt", "requirements/hub.in")


if __name__ == "__main__":
    main()
