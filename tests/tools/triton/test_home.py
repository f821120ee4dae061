"""tools/triton/home.py: what Triton is shown of a repository."""

from pathlib import Path

from tools.triton.home import lay_models


def test_only_models_are_shown(tmp_path: Path) -> None:
    """A folder without a configuration is serving code of a model that lies elsewhere; what went is shown no more."""
    repository = tmp_path / "repository"
    for name in ("one", "two.b", "code"):
        (repository / name / "1").mkdir(parents=True)
    for name in ("one", "two.b"):
        (repository / name / "config.pbtxt").write_text(f'name: "{name}"')
    first = sorted(path.name for path in lay_models(tmp_path / "home", repository).iterdir())
    (repository / "two.b" / "config.pbtxt").unlink()
    view = lay_models(tmp_path / "home", repository)
    second = sorted(path.name for path in view.iterdir())

    assert ["one", "two.b"] == first
    assert ["one"] == second
    assert (repository / "one").resolve() == (view / "one").resolve()
