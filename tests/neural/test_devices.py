from types import SimpleNamespace

import pytest
import torch

from neural import devices
from neural.config import LaneConfig, TrainConfig
from neural.devices import available, find_device, is_out_of_memory, release_memory


def test_the_cpu_is_always_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    monkeypatch.setattr(devices, "cpu_model", lambda: "Zilog Z80")
    assert available() == {"cpu": "Zilog Z80, 6 cores"}


def test_the_cpu_has_a_name(monkeypatch, tmp_path):
    assert devices.cpu_model()
    info = tmp_path / "cpuinfo"
    monkeypatch.setattr(devices, "Path", lambda _: info)
    info.write_text("processor\t: 0\nmodel name\t: Zilog Z80: the fast one\n")
    assert devices.cpu_model() == "Zilog Z80: the fast one"
    info.write_text("processor\t: 0\n")  # as on ARM
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert devices.cpu_model() == "aarch64"


def test_every_accelerator_is_named_by_what_it_is(monkeypatch):
    properties = [
        SimpleNamespace(name="NVIDIA H100", total_memory=80 * 2**30),
        SimpleNamespace(name="NVIDIA T4", total_memory=int(14.6 * 2**30)),
    ]
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", properties.__getitem__)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    found = available()
    assert list(found) == ["cpu", "cuda:0", "cuda:1", "mps"]
    assert found["cuda:0"] == "NVIDIA H100, 80 GiB"
    assert found["cuda:1"] == "NVIDIA T4, 15 GiB"
    for name in found:
        assert TrainConfig((LaneConfig("sam_sps"),), device=name)
        assert find_device(name) == torch.device(name)
    with pytest.raises(ValueError, match="device 'cuda:2' is not available"):
        find_device("cuda:2")


def test_a_gpu_that_does_not_answer_is_left_out(monkeypatch):
    def broken(index):
        if index == 0:
            raise RuntimeError("CUDA driver version is insufficient")
        return SimpleNamespace(name="NVIDIA T4", total_memory=16 * 2**30)

    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", broken)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert list(available()) == ["cpu", "cuda:1"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (MemoryError(), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes"), True),
        (RuntimeError("shape '[3]' is invalid for input of size 4"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_told_from_other_errors(error, expected):
    assert is_out_of_memory(error) is expected


def test_the_allocator_of_the_cpu_is_understood():
    with pytest.raises(RuntimeError) as raised:
        torch.empty(2**60)
    assert is_out_of_memory(raised.value)
    release_memory()
