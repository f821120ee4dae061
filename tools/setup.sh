#!/bin/sh
# Sets up the environments: `sh tools/setup.sh run` (what `make run` needs), `test`, `bench`, `torch` or `hub`.
# Finds Python 3.11 (PYTHON names another one) and hands over to tools/setup.py, which needs nothing installed.
set -eu
cd "$(dirname "$0")/.."

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

for python in "${PYTHON:-}" .venv/bin/python python3.11 python3 python; do
    if [ -n "$python" ] && suits "$python"; then
        exec "$python" tools/setup.py "$@"
    fi
done

echo "setup: Python 3.11 was not found (python3.11, python3). Install it, or name it: make PYTHON=/path/to/python3.11 ..." >&2
exit 1
