import subprocess
import sys

import psutil

from tools.mesh.conf import TETHER

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen({[*TETHER, sys.executable, "-c", SLEEPER]!r}, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def test_a_tethered_process_ends_with_its_parent() -> None:
    """Even kill -9 of the parent leaves no child."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=5)

    assert [child] == gone


def test_a_tethered_process_is_the_command_itself() -> None:
    """No process stands in between: the exit status is the command's."""
    done = subprocess.run([*TETHER, sys.executable, "-c", "raise SystemExit(78)"], check=False)

    assert 78 == done.returncode
