"""Runs the mesh in the foreground until Ctrl-C: `python -m tools.mesh [--tied]`.

--tied ends it when its parent dies, which is what make wants. The exit status is 0 after a stop
and 1 when the mesh could not come up.
"""

import sys

from meshkit.settings import load
from tools.mesh import environment, keys, ports
from tools.mesh.banner import banner, write_state
from tools.mesh.layout import layout_for
from tools.mesh.programs import programs
from tools.mesh.run import Mesh, Stop, clear_up, say, sole
from tools.mesh.settings import RunSettings, inherited
from tools.mesh.supervision import RunError
from tools.mesh.tether import tie


def run(settings: RunSettings, stop: Stop) -> None:
    """The whole life of a mesh; raises RunError or PortTaken when it cannot come up."""
    layout = layout_for(settings)
    with sole(layout):
        clear_up(layout)
        chosen = ports.resolve(settings)
        ports.check(chosen)
        secrets = keys.ensure(layout.secrets, inherited())
        environ = environment.build(settings, layout, chosen, secrets, inherited())
        mesh = Mesh(layout, programs(settings, layout, chosen), chosen)
        try:
            say("mesh: starting")
            mesh.start(environ)
            seconds = mesh.until_ready(stop, settings.ready_seconds)
            if seconds is not None:
                write_state(layout, environ, chosen)
                say(banner(layout, environ, chosen, seconds))
                mesh.until_stopped(stop)
            say("mesh: stopping")
        finally:
            mesh.stop()
    say("mesh: stopped")


def main() -> int:
    """Parses nothing but --tied; everything else comes from the environment."""
    stop = Stop()
    stop.listen()
    if "--tied" in sys.argv[1:]:
        tie()
    try:
        run(load(RunSettings), stop)
    except (RunError, ports.PortTaken) as error:
        print(f"mesh: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
