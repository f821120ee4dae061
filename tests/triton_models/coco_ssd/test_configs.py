"""The configuration for GPUs beside the one for CPUs."""

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from tests.triton_models.coco_ssd.frames import MODEL

DIFFERENT = {"providers", "frames_per_run", "whole_runs", "threads"}


def test_the_gpu_gets_the_same_model() -> None:
    """Name, tensors and all parameters but those of the device; an instance on each GPU, a bounded queue."""
    cpu, gpu = (_read("config.pbtxt"), _read("configs/gpu.pbtxt"))

    assert (cpu.name, cpu.backend, cpu.max_batch_size) == (gpu.name, gpu.backend, gpu.max_batch_size)
    assert (list(cpu.input), list(cpu.output)) == (list(gpu.input), list(gpu.output))
    assert _common(cpu) == _common(gpu)
    assert "cuda" == gpu.parameters["providers"].string_value
    assert model_config_pb2.ModelInstanceGroup.KIND_GPU == gpu.instance_group[0].kind
    assert 0 < gpu.dynamic_batching.default_queue_policy.max_queue_size


def _read(name: str) -> model_config_pb2.ModelConfig:
    return text_format.Parse((MODEL / name).read_text(), model_config_pb2.ModelConfig())


def _common(config: model_config_pb2.ModelConfig) -> dict[str, str]:
    return {key: one.string_value for key, one in config.parameters.items() if key not in DIFFERENT}
