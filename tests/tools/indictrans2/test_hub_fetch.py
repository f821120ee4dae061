"""What is fetched from the hub, and what is not fetched again."""

from pathlib import Path

import pytest

from tests.fixtures.hub import COMMIT, Hub, Model, stop
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.hub import NEEDED, HubName, fetch

NAME = HubName("owner/en-indic", "en-indic", None)
CODE = ("modeling_indictrans.py", "tokenization_indictrans.py")
CHUNK = 10 << 20  # bytes; what the client keeps of an answer that breaks off is a multiple of it


def published(folder: Path, *weights: str) -> Model:
    """A model with files of a few bytes, code among them, and a folder."""
    (folder / "onnx").mkdir(parents=True)
    for name in (*NEEDED, *CODE, *weights, "onnx/model.safetensors"):
        (folder / name).write_text(f"this is {name}")
    return Model(folder)


@pytest.mark.parametrize(
    ("there", "fetched"),
    [
        (["model.safetensors", "pytorch_model.bin"], ["model.safetensors"]),
        (["pytorch_model.bin"], ["pytorch_model.bin"]),
        (
            [
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
                "model.safetensors.index.json",
                "pytorch_model.bin",
            ],
            [
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
                "model.safetensors.index.json",
            ],
        ),
    ],
)
def test_only_what_is_needed_is_fetched(
    tmp_path: Path, hub: Hub, there: list[str], fetched: list[str]
) -> None:
    """One form of the weights, and no code."""
    hub.models[NAME.model] = published(tmp_path / "files", *there)

    done = fetch(NAME)

    assert COMMIT == done.commit
    assert {*NEEDED, *fetched} == hub.files_asked() == {path.name for path in done.folder.iterdir()}
    assert "this is dict.SRC.json" == (done.folder / "dict.SRC.json").read_text()


def test_what_is_in_the_cache_is_not_fetched_again(
    tmp_path: Path, hub: Hub, capfd: pytest.CaptureFixture[str]
) -> None:
    """The hub is asked only whether there is a newer commit."""
    hub.models[NAME.model] = published(tmp_path / "files", "model.safetensors")
    first = fetch(NAME)
    hub.asked.clear()

    assert first == fetch(NAME)
    assert ["GET /api/models/owner/en-indic"] == hub.asked
    assert f"commit {COMMIT}: all files are in {tmp_path}/hf/hub\n" in capfd.readouterr().err


def test_without_a_network_the_cache_is_enough(tmp_path: Path, hub: Hub) -> None:
    """For the commit that was the newest when there was one."""
    hub.models[NAME.model] = published(tmp_path / "files", "model.safetensors")
    first = fetch(NAME)

    stop(hub)

    assert first == fetch(NAME)


def test_an_attempt_after_a_failure_fetches_only_the_rest(tmp_path: Path, hub: Hub) -> None:
    """Files that came whole are kept."""
    hub.models[NAME.model] = published(tmp_path / "files", "model.safetensors")
    hub.held = "model.safetensors"
    with pytest.raises(UnusableCheckpointError, match="did not give the files in time; a new attempt keeps"):
        fetch(NAME, seconds=15)
    half = list((tmp_path / "hf").rglob("*.incomplete"))
    hub.held = ""
    hub.released.set()
    hub.asked.clear()

    fetch(NAME)

    assert [] == half
    assert {"model.safetensors"} == hub.files_asked()


def test_a_connection_that_breaks_is_taken_up_again(tmp_path: Path, hub: Hub) -> None:
    """Where it broke, as the client counts: it has kept whole pieces."""
    hub.models[NAME.model] = published(tmp_path / "files", "model.safetensors")
    weights = tmp_path / "files" / "model.safetensors"
    weights.write_bytes(bytes(CHUNK) + b"the end")
    hub.cut = {weights.name: CHUNK + 3}

    done = fetch(NAME)

    assert weights.read_bytes() == (done.folder / weights.name).read_bytes()
    assert f"GET /owner/en-indic/resolve/{COMMIT}/model.safetensors bytes={CHUNK}-" in hub.asked


def test_a_model_that_is_none_of_ours_is_not_fetched(tmp_path: Path, hub: Hub) -> None:
    """Its listing is enough."""
    model = hub.models[NAME.model] = published(tmp_path / "files", "model.safetensors")
    (model.folder / "dict.SRC.json").unlink()
    (model.folder / "model.TGT").unlink()

    with pytest.raises(UnusableCheckpointError) as raised:
        fetch(NAME)

    assert "owner/en-indic: this is no IndicTrans2 checkpoint: it has no model.TGT, no dict.SRC.json" == str(
        raised.value
    )
    assert set() == hub.files_asked()


def test_a_model_without_weights_is_not_fetched(tmp_path: Path, hub: Hub) -> None:
    """The message says which would do."""
    hub.models[NAME.model] = published(tmp_path / "files")

    with pytest.raises(UnusableCheckpointError, match=r"it has no weights; one of model\.safetensors, "):
        fetch(NAME)

    assert set() == hub.files_asked()
