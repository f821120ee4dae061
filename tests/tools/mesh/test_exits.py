from pathlib import Path

from tools.mesh.exits import Exit, ExitLog

FIRST = "2026-01-01 00:00:00,000 WARN exited: web (exit status 78; not expected)\n"
SECOND = "2026-01-01 00:00:01,000 WARN exited: db (terminated by SIGKILL; not expected)\n"


def test_ends_are_read_once_and_in_order(tmp_path: Path) -> None:
    """What was there before is not news."""
    path = tmp_path / "log"
    path.write_text(FIRST)
    log = ExitLog(path)
    with path.open("a") as file:
        file.write("2026-01-01 00:00:01,000 INFO spawned: 'web' with pid 7\n" + SECOND + FIRST)

    assert [Exit("db", "terminated by SIGKILL"), Exit("web", "exit status 78")] == log.news()
    assert [] == log.news()


def test_half_a_line_waits_for_its_rest(tmp_path: Path) -> None:
    """A line is read when it is whole."""
    path = tmp_path / "log"
    log = ExitLog(path)
    path.write_text(FIRST[:40])
    early = log.news()
    path.write_text(FIRST)

    assert [] == early
    assert [Exit("web", "exit status 78")] == log.news()


def test_a_rotated_log_is_read_from_its_start(tmp_path: Path) -> None:
    """A file shorter than before is a new one."""
    path = tmp_path / "log"
    path.write_text(FIRST * 3)
    log = ExitLog(path)
    path.write_text(SECOND)

    assert [Exit("db", "terminated by SIGKILL")] == log.news()
