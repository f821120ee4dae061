"""The documents say what the code does: settings, targets, routes, links."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

from gateway.app import build
from gateway.clients import DEFAULT_TARGETS
from gateway.settings import GatewaySettings
from meshkit.settings import MeshSettings, ServerSettings
from services.detector.settings import DetectorSettings
from services.speech.settings import SpeechSettings
from services.translator.settings import TranslatorSettings
from services.video.settings import VideoSettings, WorkerSettings
from tools.mesh.settings import RunSettings

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    path
    for folder in (
        "",
        "docs",
        "docs/adr",
        "gateway",
        "services/*",
        "triton_models",
        "triton_models/*",
        "tools/*",
        "k8s",
        "bench",
        "examples",
    )
    for path in ROOT.glob(f"{folder}/*.md" if folder else "*.md")
)
README = (ROOT / "README.md").read_text()
SETTINGS = {
    GatewaySettings: "gateway/README.md",
    DetectorSettings: "services/detector/README.md",
    TranslatorSettings: "services/translator/README.md",
    SpeechSettings: "services/speech/README.md",
    VideoSettings: "services/video/README.md",
    WorkerSettings: "services/video/README.md",
}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
WORD = re.compile(r"`([^`\n]+)`")
ROUTE = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`\s]*)`")
# Redirects and parts of the page, which nobody asks for by hand.
UNLISTED = {("GET", "/"), ("GET", "/docs/{name}")}
# Paths of one machine.
FOREIGN = re.compile(r"(?:^|[\s`(\"'])/(?:work|root|home|opt|Users)/\S+", re.MULTILINE)


def names(kind: type[BaseSettings]) -> Iterator[str]:
    """The environment names of a settings class; `A|B` where a field has several."""
    prefix = kind.model_config.get("env_prefix", "")
    for name, field in kind.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices):
            yield "|".join(map(str, alias.choices))
        else:
            yield str(alias) if alias else f"{prefix}{name}".upper()


@cache
def words(path: str) -> frozenset[str]:
    """What a document sets in code type, each word by itself."""
    return frozenset(
        word for text in WORD.findall((ROOT / path).read_text()) for word in re.split(r"[\s=,|]+", text)
    )


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_every_setting_is_documented(kind: type[BaseSettings]) -> None:
    """In the README of its process, or in the main one where processes share it."""
    known = words(SETTINGS[kind]) | words("README.md")
    rule = f"{kind.model_config.get('env_prefix')}MAX_CONCURRENT_RPCS"

    assert [] == [name for name in names(kind) if name != rule and not known & set(name.split("|"))]


@pytest.mark.parametrize("kind", [MeshSettings, ServerSettings], ids=lambda kind: kind.__name__)
def test_shared_settings_are_in_the_main_readme(kind: type[BaseSettings]) -> None:
    """One name for all processes, or one rule for the names."""
    known = words("README.md") | {"PORT", "METRICS_PORT"}
    rules = {"MAX_CONCURRENT_RPCS": "NAME_MAX_CONCURRENT_RPCS"}

    assert [] == [name for name in names(kind) if rules.get(name, name) not in known]


def test_the_settings_of_make_run_are_documented() -> None:
    """The ports follow one rule, which the README states."""
    ports = [name for name in names(RunSettings) if name.endswith("_PORT")]
    others = [name for name in names(RunSettings) if name not in ports]

    assert [] == [name for name in others if name not in words("README.md")]


async def test_the_readme_lists_the_routes_that_exist(tmp_path: Path) -> None:
    """Every route of the gateway is in the table, and nothing else is."""
    app = build(GatewaySettings(artifacts_url=tmp_path.as_uri()), DEFAULT_TARGETS)
    routes = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    app.freeze()
    await app.cleanup()
    real = {(method, path) for method, path in routes if method not in {"HEAD", "OPTIONS", "*"}} - UNLISTED

    assert real == set(ROUTE.findall(README))


def makefile_targets() -> list[str]:
    """The targets that `make help` lists."""
    shown = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return re.findall(r"^  make ([a-z0-9-]+)", shown, re.MULTILINE)


def test_every_target_has_its_help() -> None:
    """`make help` lists every target that is meant for people."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE)) - {"setup-test"}

    assert targets == set(makefile_targets())


def test_documents_name_real_targets_only() -> None:
    """`make x` in a document is a target."""
    known = set(makefile_targets())
    found = {
        f"{path.relative_to(ROOT)}: make {target}"
        for path in DOCUMENTS
        for target in re.findall(r"(?:^    |`)make ([a-z][a-z0-9-]*)", path.read_text(), re.MULTILINE)
        if target not in known
    }

    assert set() == found


def test_the_readme_names_the_targets_that_a_reader_needs() -> None:
    """The rest is in `make help`."""
    assert [] == [name for name in ("make run", "make test", "make help") if name not in README]


def test_every_link_leads_somewhere() -> None:
    """Files that documents link to exist."""
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in DOCUMENTS
        for target in LINK.findall(path.read_text())
        if "://" not in target and not target.startswith(("#", "mailto:"))
        if not (path.parent / target.partition("#")[0]).exists()
    ]

    assert [] == broken


def test_documents_name_no_machine() -> None:
    """Paths are relative to the repository."""
    assert [] == [
        f"{path.relative_to(ROOT)}: {found.strip()}"
        for path in DOCUMENTS
        for found in FOREIGN.findall(path.read_text())
    ]
