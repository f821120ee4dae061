"""Generates gen/ from protos/ and checks the contracts: `python -m tools.proto {gen,check,lint,baseline}`.

gen writes the generated code, check fails when gen/ is stale, lint runs buf's
lint, format and breaking checks, baseline accepts the current contracts as the
ones that later changes must not break.
"""

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from google.api import annotations_pb2

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
GEN = ROOT / "gen"
BASELINE = PROTOS / "baseline.binpb"
# Protos of others: compiled code comes from googleapis-common-protos, buf reads the sources from here.
THIRD_PARTY = ROOT / "build" / "protos"
THIRD_PARTY_FILES = ("google/api/annotations.proto", "google/api/http.proto")
DESCRIPTORS = "descriptors.binpb"
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> None:
    """Runs a command in the repository's root and ends the process when it fails."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def sync_third_party() -> None:
    """Copies the foreign protos that ours import to where buf.yaml expects them."""
    package = Path(annotations_pb2.__file__).parent.parent.parent
    for name in THIRD_PARTY_FILES:
        target = THIRD_PARTY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / name, target)


def sources() -> list[str]:
    """The project's proto files, relative to protos/, in a stable order."""
    return sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))


def generate(out: Path) -> None:
    """Writes messages, stubs and their types for every proto below `out`."""
    sync_third_party()
    out.mkdir(parents=True, exist_ok=True)
    run(
        sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{THIRD_PARTY}",
        f"--plugin=protoc-gen-mypy={BIN / 'protoc-gen-mypy'}",
        f"--python_out={out}", f"--mypy_out=quiet:{out}",
        # The gateway reads the comments for its OpenAPI page: messages at run time have none.
        "--include_source_info", f"--descriptor_set_out={out / DESCRIPTORS}", *sources(),
    )  # fmt: skip
    services = [name for name in sources() if "\nservice " in (PROTOS / name).read_text()]
    run(
        sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{THIRD_PARTY}",
        f"--plugin=protoc-gen-mypy_grpc={BIN / 'protoc-gen-mypy_grpc'}",
        f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}", *services,
    )  # fmt: skip


def gen() -> None:
    """Replaces gen/ by freshly generated code; protos with a fault leave it as it was."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / GEN.name
        generate(fresh)
        shutil.rmtree(GEN, ignore_errors=True)
        shutil.copytree(fresh, GEN)


def generated(root: Path) -> list[str]:
    """The generated files below a folder, relative to it."""
    code = (path for path in root.rglob("*_pb2*.py*") if path.suffix != ".pyc")
    return sorted(str(path.relative_to(root)) for path in (*code, root / DESCRIPTORS))


def check() -> None:
    """Fails when gen/ differs from what the protos give now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        generate(fresh)
        names = generated(fresh)
        _, changed, missing = filecmp.cmpfiles(fresh, GEN, names, shallow=False)
        stale = [*changed, *missing, *sorted(set(generated(GEN)) - set(names))]
    if stale:
        sys.exit(f"gen/ is stale, run `make proto`: {', '.join(stale)}")


def lint() -> None:
    """Checks style, format and compatibility with the accepted contracts."""
    sync_third_party()
    run(BIN / "buf", "lint")
    run(BIN / "buf", "format", "--diff", "--exit-code", "--path", "protos/sutradhar")
    with tempfile.TemporaryDirectory() as folder:
        # buf compares image with image: the workspace has two modules, the baseline is one.
        image = Path(folder) / "now.binpb"
        build(image)
        run(BIN / "buf", "breaking", image, "--against", BASELINE)


def build(image: Path) -> None:
    """Writes the contracts, with what they import, as one buf image."""
    run(BIN / "buf", "build", "--exclude-source-info", "-o", image)


def baseline() -> None:
    """Accepts the present contracts: later incompatible changes fail lint."""
    sync_third_party()
    build(BASELINE)


def main(words: list[str]) -> None:
    """Does what one word asks for."""
    tasks = {"gen": gen, "check": check, "lint": lint, "baseline": baseline}
    if len(words) != 1 or words[0] not in tasks:
        sys.exit(f"usage: python -m tools.proto {{{','.join(tasks)}}}")
    tasks[words[0]]()


if __name__ == "__main__":
    main(sys.argv[1:])
