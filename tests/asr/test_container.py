"""The container reader: exact on a good file, one clear sentence on a damaged one."""

import contextlib
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiolab.asr.container import read_container
from audiolab.asr.packages import package_file
from audiolab.core.errors import ModelError


def container(tensors: dict[str, np.ndarray]) -> bytes:
    index, blob = b"", b""
    for name, values in tensors.items():
        encoded = name.encode()
        dtype = 1 if values.dtype == np.float16 else 0
        index += struct.pack("<H", len(encoded)) + encoded + struct.pack("<BB", dtype, values.ndim)
        index += struct.pack(f"<{values.ndim}I", *values.shape) + struct.pack("<QQ", len(blob), values.nbytes)
        blob += values.tobytes()
    head = b"HAMAPK" + struct.pack("<BBI", 1, 2, len(tensors)) + index
    return head + b"\0" * (-len(head) % 16) + blob


GOOD = container(
    {
        "single": np.arange(6, dtype=np.float32).reshape(2, 3),
        "half": np.array([0.5, -2.0], np.float16),
        "phone ŋ": np.array([7.0], np.float32),
    }
)


def test_reads_names_shapes_and_values(tmp_path: Path) -> None:
    path = tmp_path / "model.hama"
    path.write_bytes(GOOD)
    tensors = read_container(path)
    assert list(tensors) == ["single", "half", "phone ŋ"]
    np.testing.assert_array_equal(tensors["single"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(tensors["half"], [0.5, -2.0])
    assert all(values.dtype == np.float32 for values in tensors.values())


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_every_cut_is_noticed(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.hama"
    path.write_bytes(GOOD[:length])
    with pytest.raises(ModelError, match=r"cut\.hama is damaged .* reinstall"):
        read_container(path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_a_wrong_byte_is_an_error_or_a_value_but_never_a_crash(tmp_path: Path, place: int, value: int) -> None:
    path = tmp_path / "wrong.hama"
    path.write_bytes(GOOD[:place] + bytes([value]) + GOOD[place + 1 :])
    with contextlib.suppress(ModelError):
        tensors = read_container(path)
        assert sum(values.size for values in tensors.values()) <= len(GOOD)


@pytest.mark.parametrize("place", [0, 6])
def test_another_magic_or_version_is_refused(tmp_path: Path, place: int) -> None:
    path = tmp_path / "other.hama"
    path.write_bytes(GOOD[:place] + b"\xff" + GOOD[place + 1 :])
    with pytest.raises(ModelError):
        read_container(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.hama cannot be read"):
        read_container(tmp_path / "gone.hama")


def test_the_packaged_model_has_its_tensors() -> None:
    tensors = read_container(package_file("hama", "assets/asr_waveform.hama"))
    assert len(tensors) == 119
    assert tensors["mel_fb"].shape == (201, 80)


@pytest.mark.parametrize("package", ["hama", "no_such_package_at_all"])
def test_missing_package_data_is_one_sentence(package: str) -> None:
    with pytest.raises(ModelError, match=f"'{package}' does not hold nothing/here"):
        package_file(package, "nothing/here")
