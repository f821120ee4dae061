import importlib.util

from tools.mesh.layout import Layout
from tools.mesh.ports import resolve
from tools.mesh.programs import Program, Stage, programs
from tools.mesh.settings import RunSettings


def listed(layout: Layout, settings: RunSettings) -> dict[str, Program]:
    """The programs by name."""
    return {program.name: program for program in programs(settings, layout, resolve(settings))}


def test_every_process_has_ports_of_the_table(layout: Layout) -> None:
    """No port of the mesh is without a process, and none has two."""
    found = [name for program in listed(layout, RunSettings()).values() for name in program.ports]

    assert sorted(resolve(RunSettings())) == sorted(found)


def test_every_module_exists(layout: Layout) -> None:
    """What is run with -m is there."""
    modules = [one.command[2] for one in listed(layout, RunSettings()).values() if one.command[1] == "-m"]

    assert [] == [name for name in modules if importlib.util.find_spec(name) is None]


def test_neighbours_elsewhere_are_not_started(layout: Layout) -> None:
    """With TRITON_URL and REDIS_URL neither Triton nor Valkey runs here."""
    settings = RunSettings(triton_url="triton:8001", redis_url="redis://redis:6379/0")

    assert set() == {"triton", "valkey"} & set(listed(layout, settings))


def test_the_gateway_stops_first_and_the_stores_last(layout: Layout) -> None:
    """Whoever calls stops before whom it calls."""
    found = listed(layout, RunSettings())

    assert Stage.STORES == found["valkey"].stage == found["triton"].stage
    assert Stage.STORES < found["video"].stage < found["gateway"].stage
