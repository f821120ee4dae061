"""`python -m tools.install_detector.adapter EXPORT.onnx OUTPUT.onnx`: adapt, try, and describe as one JSON line.

Exit code 1 with a sentence on standard error when the export cannot be served.
"""

import json
import sys
from pathlib import Path
from typing import Any

import onnx

from tools.install_detector.adapter.errors import UnusableExportError
from tools.install_detector.adapter.export import read_export
from tools.install_detector.adapter.graph import contract_graph
from tools.install_detector.adapter.heads import Head, head_of
from tools.install_detector.adapter.trial import Trial


def main() -> int:
    """See the module's docstring."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        description = adapt(source, target)
    except UnusableExportError as error:
        print(f"{source}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(description))
    return 0


def adapt(source: Path, target: Path) -> dict[str, Any]:
    """Write the contract graph and describe it. Raises UnusableExportError."""
    export = read_export(source)
    head = head_of(export)
    model = contract_graph(export, head, batches=export.takes_batches)
    trial = Trial(model)
    boxes = trial.boxes(len(export.labels))
    batches = export.takes_batches and trial.takes_batches()
    if batches != export.takes_batches:
        model = contract_graph(export, head, batches=False)
        Trial(model).boxes(len(export.labels))
    onnx.save(model, target)
    return {
        "height": export.height,
        "width": export.width,
        "labels": export.labels,
        "layout": head.value,
        "suppresses": head is Head.SUPPRESSED,
        "boxes": None if head is Head.SUPPRESSED and export.output_shape[1] is None else boxes,
        "batches": batches,
    }


if __name__ == "__main__":
    sys.exit(main())
