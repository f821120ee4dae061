from tools.mesh.environment import MARK, build
from tools.mesh.layout import ROOT, Layout
from tools.mesh.ports import resolve
from tools.mesh.settings import RunSettings


def built(layout: Layout, settings: RunSettings, base: dict[str, str] | None = None) -> dict[str, str]:
    """The environment with these settings."""
    return build(settings, layout, resolve(settings), {"REVID_WEBHOOK_SECRET": "s"}, base or {})


def test_everyone_finds_everyone(layout: Layout) -> None:
    """Targets, Triton and Redis follow the ports."""
    found = built(layout, RunSettings(port_offset=10))

    assert "127.0.0.1:50061" == found["DETECTOR_TARGET"]
    assert "127.0.0.1:8111" == found["TRITON_URL"]
    assert "redis://127.0.0.1:6390/0" == found["REDIS_URL"]
    assert "http://localhost:8010" == found["PUBLIC_BASE_URL"]


def test_state_lies_in_the_home_and_models_in_the_tree(layout: Layout) -> None:
    """Two meshes share the models and nothing else."""
    found = built(layout, RunSettings())

    assert layout.artifacts.as_uri() == found["ARTIFACTS_URL"]
    assert str(ROOT / "models") == found["MODELS_DIR"]
    assert str(layout.home) == found[MARK]


def test_the_user_may_put_artifacts_elsewhere(layout: Layout) -> None:
    """What the user sets for the services travels through."""
    found = built(
        layout,
        RunSettings(),
        {"ARTIFACTS_URL": "s3://films", "DETECTOR_TARGET": "dns:///detector:50051", "X": "y"},
    )

    assert ("s3://films", "dns:///detector:50051", "y") == (
        found["ARTIFACTS_URL"], found["DETECTOR_TARGET"], found["X"],
    )  # fmt: skip


def test_neighbours_elsewhere_are_handed_on(layout: Layout) -> None:
    """TRITON_URL and REDIS_URL reach the services as they are."""
    found = built(layout, RunSettings(triton_url="triton:8001", redis_url="redis://redis:6379/1"))

    assert ("triton:8001", "redis://redis:6379/1") == (found["TRITON_URL"], found["REDIS_URL"])
