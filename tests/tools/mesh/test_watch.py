from pathlib import Path

from tools.mesh.exits import Exit
from tools.mesh.supervision import Process
from tools.mesh.watch import MAX_RESTARTS, WINDOW_SECONDS, Watch, last_lines


def running(pid: int, state: str = "RUNNING") -> list[Process]:
    """A snapshot with one process."""
    return [Process("web", state, pid, "")]


def test_a_crash_and_the_restart_are_told() -> None:
    """First how it ended, then that it runs again."""
    watch = Watch()
    watch.look(running(1), [])

    assert ["web ended (terminated by SIGKILL)"] == watch.look(
        running(0), [Exit("web", "terminated by SIGKILL")]
    )
    assert ["web was restarted"] == watch.look(running(2), [])
    assert {} == watch.lost


def test_a_quiet_mesh_tells_nothing() -> None:
    """The same snapshot again is no news."""
    watch = Watch()

    assert [[], []] == [watch.look(running(1), []), watch.look(running(1), [])]


def test_a_wrong_configuration_is_given_up_at_once() -> None:
    """Trying again would not help; it is said once."""
    watch = Watch()
    first = watch.look(running(0, "BACKOFF"), [Exit("web", "exit status 78")])

    assert ["web ended (exit status 78)", "web is given up: its configuration is wrong"] == first
    assert [] == watch.look(running(0, "STOPPED"), [])
    assert {"web": "its configuration is wrong"} == watch.lost


def test_a_process_that_does_not_start_is_given_up() -> None:
    """supervisord's FATAL is final."""
    watch = Watch()
    watch.look(running(0, "FATAL"), [])

    assert {"web": "it ended too often soon after its start"} == watch.lost


def test_restarts_are_bounded_within_a_window() -> None:
    """Many in a short time are too many; the same number over a long time is not."""
    hasty, patient = Watch(), Watch()
    for number in range(1, MAX_RESTARTS + 3):
        hasty.look(running(number), [], now=float(number))
        patient.look(running(number), [], now=number * WINDOW_SECONDS)

    assert ["web"] == list(hasty.lost)
    assert {} == patient.lost


def test_the_last_lines_of_a_log_are_shown(tmp_path: Path) -> None:
    """Only the end; a missing log is no error."""
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))

    assert [f"    line {number}" for number in range(92, 100)] == last_lines(log)
    assert [] == last_lines(tmp_path / "missing")
