"""Renders supervisord's configuration."""

import os
import shlex
import sys
from collections.abc import Iterable

from meshkit.settings import EX_CONFIG
from tools.mesh.layout import ROOT, Layout
from tools.mesh.programs import Program, Stage

TETHER = (sys.executable, "-S", "-E", str(ROOT / "tools" / "mesh" / "tether.py"))
# A process that dies within this is a failed start: tried again after 1, 2, 3, ... seconds, RETRIES times.
SETTLED_SECONDS = 3
RETRIES = 5
LOG_BYTES = "10MB"
LOG_BACKUPS = 3


def render(layout: Layout, programs: Iterable[Program]) -> str:
    """The configuration for these programs: one group for each stage."""
    listed = list(programs)
    sections = [head(layout)]
    for stage in Stage:
        names = [program.name for program in listed if program.stage is stage]
        if names:
            sections.append(
                f"[group:{stage.name.lower()}]\nprograms = {','.join(names)}\npriority = {stage.value}\n"
            )
    sections += [section(layout, program) for program in listed]
    return "\n".join(sections)


def head(layout: Layout) -> str:
    """supervisord itself and its control socket."""
    # Without a user it warns as root; as an ordinary user it may not be given one.
    user = "user = root\n" if os.geteuid() == 0 else ""
    return f"""\
[unix_http_server]
file = {escape(str(layout.socket))}
chmod = 0700

[supervisord]
nodaemon = true
silent = true
{user}logfile = {escape(str(layout.log / "supervisord.log"))}
logfile_maxbytes = {LOG_BYTES}
logfile_backups = {LOG_BACKUPS}
pidfile = {escape(str(layout.pidfile))}
strip_ansi = false

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = unix://{escape(str(layout.socket))}
"""


def section(layout: Layout, program: Program) -> str:
    """One supervised process: restarted whatever its exit, except after a wrong configuration."""
    return f"""\
[program:{program.name}]
command = {escape(shlex.join((*TETHER, *program.command)))}
directory = {escape(str(ROOT))}
autorestart = unexpected
exitcodes = {EX_CONFIG}
startsecs = {SETTLED_SECONDS}
startretries = {RETRIES}
stopsignal = TERM
stopwaitsecs = {program.stop_seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = {escape(str(layout.log / f"{program.name}.log"))}
stdout_logfile_maxbytes = {LOG_BYTES}
stdout_logfile_backups = {LOG_BACKUPS}
"""


def escape(text: str) -> str:
    """supervisord expands % in every value."""
    return text.replace("%", "%%")
