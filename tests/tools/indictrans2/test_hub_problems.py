"""Each refusal of the hub, and each failure on the way, as one line that says what to do."""

from pathlib import Path

import pytest

from tests.fixtures.hub import MEMBER, STRANGER, Hub, Model, stop
from tests.tools.indictrans2.checkpoints import write_tiny
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.hub import HubName, fetch

NAME = HubName("owner/en-indic", "en-indic", None)
BY_HAND = "By hand: download config.json, "


@pytest.fixture
def model(tmp_path: Path, hub: Hub) -> Model:
    """A checkpoint on the hub."""
    hub.models[NAME.model] = Model(write_tiny(tmp_path / "files"))
    return hub.models[NAME.model]


def refusal(name: HubName = NAME) -> str:
    """What is said about a model that cannot be fetched."""
    with pytest.raises(UnusableCheckpointError) as raised:
        fetch(name)
    assert 1 == len(str(raised.value).splitlines())
    return str(raised.value)


@pytest.mark.parametrize("token", ["", STRANGER])
def test_a_gated_model(model: Model, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """As the published ones are: without a token, and with that of an account that has not accepted."""
    model.gated = True
    monkeypatch.setenv("HF_TOKEN", token)

    said = refusal()

    assert "accept them on https://huggingface.co/owner/en-indic, then set HF_TOKEN to a token of the" in said
    assert BY_HAND in said


def test_a_gated_model_whose_conditions_are_accepted(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of the environment reaches the hub."""
    model.gated = True
    monkeypatch.setenv("HF_TOKEN", MEMBER)

    assert (model.folder / "config.json").read_text() == (fetch(NAME).folder / "config.json").read_text()


def test_a_token_that_the_hub_does_not_know(model: Model, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been revoked."""
    monkeypatch.setenv("HF_TOKEN", "hf_mistyped")

    assert f"owner/en-indic: {hub.url} does not know the token in HF_TOKEN; " in refusal()
    assert model.folder.is_dir()


@pytest.mark.parametrize("token", ["", MEMBER])
def test_a_model_that_is_not_there(hub: Hub, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """To those without a token the hub does not say so."""
    monkeypatch.setenv("HF_TOKEN", token)

    expected = (
        f"owner/en-indic: there is no such folder, and no such model on {hub.url}, or it is a private one"
    )
    assert expected == refusal()


@pytest.mark.parametrize("revision", ["v9", "f" * 40])
def test_a_revision_that_is_not_there(model: Model, revision: str) -> None:
    """A name, or a commit."""
    name = HubName(NAME.model, NAME.last, revision)

    assert "owner/en-indic: the hub has the model, but not this revision of it" == refusal(name)
    assert model.folder.is_dir()


def test_a_name_that_cannot_be_one() -> None:
    """The client refuses it by itself."""
    assert "this is neither a folder nor a name on the hub" in refusal(HubName("owner/a--b", "a--b", None))


def test_no_network(hub: Hub) -> None:
    """Nobody listens where the hub should be."""
    stop(hub)

    said = refusal()

    assert f"owner/en-indic: {hub.url} cannot be reached ([Errno 111] Connection refused). {BY_HAND}" in said


def test_a_client_that_is_told_to_stay_offline(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its cache counts."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    assert "HF_HUB_OFFLINE is set, and not all of its files are in the client's cache" in refusal()
    assert model.folder.is_dir()


def test_a_full_disk(model: Model, hub: Hub) -> None:
    """Known before anything is fetched."""
    model.claimed["model.safetensors"] = 1 << 60

    assert "its files take 1152921504606.9 MB, and " in refusal()
    assert set() == hub.files_asked()


def test_a_cache_that_cannot_be_written(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file lies in its place."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("HF_HOME", str(tmp_path / "file"))

    said = refusal()

    assert "the client's cache cannot be written (" in said
    assert "Not a directory)" in said
    assert model.folder.is_dir()


def test_an_address_that_is_no_hub(model: Model, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a mirror's that is mistyped."""
    monkeypatch.setenv("HF_ENDPOINT", f"{hub.url}/nothing/here")

    assert f"no such model on {hub.url}/nothing/here" in refusal()
    assert model.folder.is_dir()
