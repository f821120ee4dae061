import configparser
import shlex
from pathlib import Path

from tools.mesh.conf import render
from tools.mesh.layout import Layout
from tools.mesh.programs import Program, Stage

PROGRAMS = [
    Program("store", ("store", "--dir", "a folder", ""), Stage.STORES, stop_seconds=7),
    Program("front", ("front", "100%"), Stage.FRONT),
]


def parsed(layout: Layout) -> configparser.RawConfigParser:
    """The configuration as an INI file."""
    parser = configparser.RawConfigParser()
    parser.read_string(render(layout, PROGRAMS))
    return parser


def test_stages_become_groups_in_their_order(tmp_path: Path) -> None:
    """supervisord stops groups from the highest priority down."""
    conf = parsed(Layout(tmp_path))

    assert ("store", "1") == (conf["group:stores"]["programs"], conf["group:stores"]["priority"])
    assert ("front", "3") == (conf["group:front"]["programs"], conf["group:front"]["priority"])


def test_commands_survive_quoting(tmp_path: Path) -> None:
    """Spaces, empty words and percent signs arrive as they were."""
    conf = parsed(Layout(tmp_path))

    assert ["store", "--dir", "a folder", ""] == shlex.split(conf["program:store"]["command"])[-4:]
    assert "100%" == shlex.split(conf["program:front"]["command"] % {})[-1]


def test_only_a_wrong_configuration_is_not_restarted(tmp_path: Path) -> None:
    """Exit status 78 is the one that supervisord expects."""
    program = parsed(Layout(tmp_path))["program:store"]

    assert ("unexpected", "78", "7") == (
        program["autorestart"],
        program["exitcodes"],
        program["stopwaitsecs"],
    )


def test_logs_are_rotated_below_the_home(tmp_path: Path) -> None:
    """One file for each process."""
    program = parsed(Layout(tmp_path))["program:front"]

    assert str(tmp_path / "log" / "front.log") == program["stdout_logfile"]
    assert "3" == program["stdout_logfile_backups"]
