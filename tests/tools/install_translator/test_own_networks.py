"""The networks that come with the repository: there without being asked for, and gone when better ones come."""

import json
import shutil
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from tests.tools.indictrans2.checkpoints import write_tiny
from tests.tools.indictrans2.running import convert
from tests.tools.indictrans2.test_trust import write_modest
from tools.indictrans2.install import Wanted
from tools.install_translator.checkpoints import add, remove
from tools.install_translator.own_networks import lay_own
from tools.model_repository.settings import RepositorySettings

NOWHERE = "127.0.0.1:9"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository's folder with one network."""
    folder = tmp_path_factory.mktemp("own")
    convert(write_modest(folder / "checkpoint"), folder / "model" / "nano-en-indic", "--direction=en-indic")
    return folder / "model"


@pytest.fixture
def settings(tmp_path: Path) -> RepositorySettings:
    """Models of this test's own, and no Triton."""
    return RepositorySettings(models_dir=tmp_path / "models", triton_url=NOWHERE)


def networks(settings: RepositorySettings) -> str:
    """What config.pbtxt says of them."""
    text = (settings.folder("translator") / "config.pbtxt").read_text()
    config = text_format.Parse(text, model_config_pb2.ModelConfig())
    return str(config.parameters["networks"].string_value)


def test_they_are_laid_out_once(settings: RepositorySettings, own: Path) -> None:
    """The second time there is nothing to do."""
    first, second = lay_own(settings, own), lay_own(settings, own)

    assert ("en-indic nano-en-indic demo", 2, []) == (networks(settings), len(first), second)


def test_another_network_serves_in_their_place_and_they_are_back_without_it(
    settings: RepositorySettings, own: Path, tmp_path: Path
) -> None:
    """Whichever was there first."""
    checkpoint = write_tiny(tmp_path / "real")
    add(Wanted(str(checkpoint), "real", "en-indic"), None, settings)
    lay_own(settings, own)
    with_both = networks(settings)
    remove("real", None, settings)

    assert ("en-indic real", "en-indic nano-en-indic demo") == (with_both, networks(settings))


def test_a_new_network_of_the_repository_replaces_the_old_one(
    settings: RepositorySettings, own: Path, tmp_path: Path
) -> None:
    """By its files."""
    lay_own(settings, own)
    newer = tmp_path / "newer"
    shutil.copytree(own, newer)
    trust = newer / "nano-en-indic" / "trust.json"
    trust.write_text(json.dumps(json.loads(trust.read_text()) | {"quality": "better"}))

    lay_own(settings, newer)

    assert "en-indic nano-en-indic better" == networks(settings)


def test_new_serving_code_reaches_networks_of_others(settings: RepositorySettings, tmp_path: Path) -> None:
    """They keep none of an older repository."""
    add(Wanted(str(write_tiny(tmp_path / "real")), "real", "en-indic"), None, settings)
    code = settings.folder("translator") / "1" / "model.py"
    wanted = code.read_text()
    code.write_text("raise SystemExit")

    done = lay_own(settings, tmp_path / "none")

    assert (1, wanted) == (len(done), code.read_text())


def test_what_a_network_newly_says_of_itself_is_laid_out(
    settings: RepositorySettings, own: Path, tmp_path: Path
) -> None:
    """Also where nothing else of it has changed."""
    silent = tmp_path / "silent"
    shutil.copytree(own, silent)
    (silent / "nano-en-indic" / "trust.json").unlink()
    lay_own(settings, silent)
    before = networks(settings)

    lay_own(settings, own)

    assert ("en-indic nano-en-indic", "en-indic nano-en-indic demo") == (before, networks(settings))


def test_a_configuration_for_the_other_device_is_brought_up_to_date(
    settings: RepositorySettings, own: Path
) -> None:
    """A Triton on a GPU may be reading it."""
    lay_own(settings, own)
    other = settings.folder("translator") / "configs" / "gpu.pbtxt"
    wanted = other.read_text()
    other.write_text("# of an older repository")

    lay_own(settings, own)

    assert wanted == other.read_text()


def test_somebody_elses_model_stays(settings: RepositorySettings, own: Path) -> None:
    """Where it is; ours wait beside it."""
    theirs = settings.folder("translator")
    theirs.mkdir(parents=True)
    (theirs / "config.pbtxt").write_text('backend: "python"')

    done = lay_own(settings, own)

    assert "stays as it is" in done[-1]
    assert 'backend: "python"' == (theirs / "config.pbtxt").read_text()
    assert [] == lay_own(settings, own)
