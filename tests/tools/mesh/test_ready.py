import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tools.mesh.programs import Program, Stage
from tools.mesh.ready import Readiness, away


@contextmanager
def gateway(status: int, body: object) -> Iterator[int]:
    """A real HTTP server that answers everything so; yields its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_gateway_names_who_is_away() -> None:
    """Its 503 lists the services that are missed."""
    with gateway(503, {"away": ["speech"]}) as port:
        assert ["speech"] == away(port)


def test_a_gateway_that_does_not_answer_is_itself_away() -> None:
    """Neither a closed port nor nonsense is taken for an answer."""
    with gateway(503, "nonsense") as port:
        assert ["gateway"] == away(port)

    assert ["gateway"] == away(port)


def test_the_mesh_is_ready_when_all_listen_and_the_gateway_says_so() -> None:
    """Each process is told of once, when its port opens."""
    with gateway(200, {}) as port, socket.create_server(("127.0.0.1", 0)) as server:
        programs = [
            Program("gateway", (), Stage.FRONT, ("GATEWAY_PORT",)),
            Program("speech", (), Stage.SERVICES, ("SPEECH_PORT", "SPEECH_METRICS_PORT")),
        ]
        readiness = Readiness(programs, {"GATEWAY_PORT": port, "SPEECH_PORT": server.getsockname()[1]})
        lines = list(readiness.news())

        assert ["gateway", "speech"] == [line.split()[0] for line in lines]
        assert readiness.ready
        assert [] == list(readiness.news())


def test_what_does_not_listen_is_waited_for() -> None:
    """The missing process is named."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        program = Program("speech", (), Stage.SERVICES, ("SPEECH_PORT",))
        readiness = Readiness([program], {"SPEECH_PORT": closed.getsockname()[1]})

        assert [] == list(readiness.news())
        assert (False, ["speech"]) == (readiness.ready, readiness.missing)
