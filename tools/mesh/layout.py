"""Where a running mesh keeps its state."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.mesh.settings import RunSettings

ROOT = Path(__file__).resolve().parents[2]
# A socket's path holds 107 bytes, and supervisord first makes one with its process id appended.
SOCKET_PATH_LIMIT = 90


@dataclass(frozen=True)
class Layout:
    """The folders and files of one mesh, all below `home`."""

    home: Path

    @property
    def log(self) -> Path:
        """One file for each process, rotated."""
        return self.home / "log"

    @property
    def redis(self) -> Path:
        """The data of the embedded Valkey."""
        return self.home / "redis"

    @property
    def artifacts(self) -> Path:
        """Finished videos and what jobs left beside them."""
        return self.home / "artifacts"

    @property
    def run(self) -> Path:
        """What exists only while the mesh runs."""
        return self.home / "run"

    @property
    def secrets(self) -> Path:
        """The secrets made at the first run, readable by their owner only."""
        return self.home / "secrets" / "mesh.env"

    @property
    def conf(self) -> Path:
        """supervisord's configuration."""
        return self.run / "supervisord.conf"

    @property
    def pidfile(self) -> Path:
        """supervisord's process id."""
        return self.run / "supervisord.pid"

    @property
    def lock(self) -> Path:
        """Held by the foreground process: one mesh for each home."""
        return self.run / "lock"

    @property
    def state(self) -> Path:
        """Addresses of the ready mesh as JSON; removed at its stop."""
        return self.run / "mesh.json"

    @property
    def socket(self) -> Path:
        """supervisord's control socket, in the temporary folder where the home's path is too long for one."""
        near = self.run / "supervisor.sock"
        if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
            return near
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"sutradhar-{os.getuid()}-{name}" / "supervisor.sock"

    def make(self) -> None:
        """Creates the folders; those with secrets and the control socket are the owner's alone."""
        for folder in (self.home, self.log, self.redis, self.artifacts):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.run, self.secrets.parent, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.socket.parent.stat().st_uid != os.getuid():
            raise PermissionError(f"{self.socket.parent} belongs to another user")

    def remove_far_socket(self) -> None:
        """Removes the control socket's folder in the temporary one, if that is where it is."""
        if self.socket.parent != self.run:
            shutil.rmtree(self.socket.parent, ignore_errors=True)


def layout_for(settings: RunSettings) -> Layout:
    """The layout of the mesh with these settings: VAR_DIR, or var/, or var/offset-N."""
    if settings.var_dir is not None:
        return Layout(settings.var_dir.resolve())
    var = ROOT / "var"
    return Layout(var / f"offset-{settings.port_offset}" if settings.port_offset else var)
