"""The manifests agree with one another and with the code; that they are valid, kubectl says when it applies them."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.mesh.ports import DEFAULTS

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "k8s" / "base"
COMPONENTS = sorted(path.parent.name for path in BASE.glob("*/kustomization.yaml"))
SERVICES = [name for name in COMPONENTS if (ROOT / "services" / name).is_dir()]


@cache
def read(path: Path) -> Any:
    """The one document of a file."""
    return yaml.safe_load(path.read_text())


def workload(component: str) -> Any:
    """A component's Deployment or StatefulSet."""
    names = [BASE / component / f"{kind}.yaml" for kind in ("deployment", "statefulset")]
    return read(next(path for path in names if path.exists()))


def container(component: str) -> Any:
    """A component's only container."""
    (one,) = workload(component)["spec"]["template"]["spec"]["containers"]
    return one


def kustomizations() -> list[Path]:
    """Every kustomization of bases, components and overlays."""
    return sorted((ROOT / "k8s").rglob("kustomization.yaml"))


@pytest.mark.parametrize("path", kustomizations(), ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_resources_exist_and_none_is_forgotten(path: Path) -> None:
    """A kustomization lists every manifest beside it, and nothing that is not there."""
    listed = set(read(path).get("resources", ()))
    beside = {one.name for one in path.parent.glob("*.yaml")} - {"kustomization.yaml"}

    assert set() == beside - listed
    assert [] == [name for name in listed if not (path.parent / name).exists()]


def test_the_base_has_every_component() -> None:
    """A folder that is not listed would not be applied."""
    assert COMPONENTS == sorted(read(BASE / "kustomization.yaml")["resources"])


@pytest.mark.parametrize("component", COMPONENTS)
def test_pods_may_do_little(component: str) -> None:
    """An ordinary user, a read-only root, no capabilities, a limit of memory."""
    pod, one = workload(component)["spec"]["template"]["spec"], container(component)

    assert pod["securityContext"]["runAsNonRoot"]
    assert one["securityContext"]["readOnlyRootFilesystem"]
    assert {"drop": ["ALL"]} == one["securityContext"]["capabilities"]
    assert {"cpu", "memory"} == set(one["resources"]["requests"])
    assert "memory" in one["resources"]["limits"]


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_pod_gets_the_addresses_of_services_as_variables(component: str) -> None:
    """Kubernetes would set GATEWAY_PORT=tcp://…, and a process that reads it as its port would not start."""
    assert workload(component)["spec"]["template"]["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_service_finds_its_pods(component: str) -> None:
    """Selector and labels are the component's name; every target port is a port of the container."""
    spec, labels = read(BASE / component / "service.yaml")["spec"], {"app.kubernetes.io/name": component}
    ports = {port["name"] for port in container(component)["ports"]}

    assert labels == spec["selector"] == workload(component)["spec"]["template"]["metadata"]["labels"]
    assert [] == [port["name"] for port in spec["ports"] if port["targetPort"] not in ports]


@pytest.mark.parametrize("component", SERVICES)
def test_grpc_services_are_headless_and_probed_by_health(component: str) -> None:
    """Clients balance over all replicas; readiness is the gRPC health service on the right port."""
    one, port = container(component), DEFAULTS[f"{component.upper()}_PORT"]

    assert "None" == read(BASE / component / "service.yaml")["spec"]["clusterIP"]
    assert port == one["readinessProbe"]["grpc"]["port"]
    assert {"grpc": port, "metrics": DEFAULTS[f"{component.upper()}_METRICS_PORT"]} == {
        each["name"]: each["containerPort"] for each in one["ports"]
    }


def test_the_configuration_points_at_the_services() -> None:
    """Targets are DNS names of the headless services."""
    lines = (BASE / "mesh.env").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert {name: f"dns:///{name}:{DEFAULTS[f'{name.upper()}_PORT']}" for name in SERVICES} == {
        name: values[f"{name.upper()}_TARGET"] for name in SERVICES
    }


def test_every_model_has_a_configuration_for_the_gpu_component() -> None:
    """The component starts Triton with --model-config-name=gpu; a model without that file would run on the CPU."""
    models = sorted((ROOT / "triton_models").glob("*/config.pbtxt"))

    assert models
    assert [] == [path.parent.name for path in models if not (path.parent / "configs" / "gpu.pbtxt").exists()]


def test_the_gpu_component_patches_what_is_there() -> None:
    """A patch of a place that the Deployment does not have would fail, and replacing needs a value."""
    (patch,) = read(ROOT / "k8s" / "components" / "gpu" / "kustomization.yaml")["patches"]
    triton = workload(patch["target"]["name"])
    changes = {one["path"]: one["op"] for one in yaml.safe_load(patch["patch"])}
    missing = [
        path
        for path, op in changes.items()
        if not _has(triton, path if op == "replace" else path.rpartition("/")[0])
    ]

    assert changes
    assert [] == missing


def _has(document: Any, pointer: str) -> bool:
    """Whether a JSON pointer (RFC 6901) points at something."""
    for key in pointer.split("/")[1:]:
        try:
            document = document[int(key) if isinstance(document, list) else key.replace("~1", "/")]
        except (KeyError, IndexError):
            return False
    return True
