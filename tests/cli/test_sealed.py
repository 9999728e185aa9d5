"""A sealed file opens with its passphrase only, and any change of it is found."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exambank.cli import sealed

SECRET = "abcde-fghjk"


@pytest.fixture(autouse=True)
def _cheap_key(monkeypatch):
    """The cost of argon2id is its purpose, and not what is tested here."""
    monkeypatch.setattr(sealed, "_COST", {"memory_kib": 64, "passes": 1, "lanes": 1})
    monkeypatch.setattr(sealed, "CHUNK", 64)


def opened(path, passphrase=SECRET) -> bytes:
    target = io.BytesIO()
    sealed.unseal(path, target, passphrase)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 1000])
def test_what_was_sealed_comes_back(tmp_path, size):
    body = bytes(range(256)) * 4
    sealed.seal(io.BytesIO(body[:size]), tmp_path / "f", SECRET)
    assert opened(tmp_path / "f") == body[:size]
    assert sealed.is_sealed(tmp_path / "f")


def test_another_passphrase_is_refused(tmp_path):
    sealed.seal(io.BytesIO(b"text"), tmp_path / "f", SECRET)
    with pytest.raises(sealed.SealError):
        opened(tmp_path / "f", "another")


def test_capitals_and_spaces_around_the_passphrase_do_not_matter(tmp_path):
    sealed.seal(io.BytesIO(b"text"), tmp_path / "f", SECRET)
    assert opened(tmp_path / "f", f"  {SECRET.upper()} ") == b"text"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_is_found(tmp_path, data):
    path = tmp_path / "f"
    sealed.seal(io.BytesIO(bytes(300)), path, SECRET)
    body = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(body)
    with pytest.raises((sealed.SealError, ValueError)):
        opened(path)


@pytest.mark.parametrize("cut", [1, 20, 100, 200])
def test_a_cut_file_is_found(tmp_path, cut):
    path = tmp_path / "f"
    sealed.seal(io.BytesIO(bytes(300)), path, SECRET)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(sealed.SealError):
        opened(path)


def test_chunks_cannot_be_left_out_at_a_chunk_border(tmp_path):
    path = tmp_path / "f"
    sealed.seal(io.BytesIO(bytes(64 * 3)), path, SECRET)
    path.write_bytes(path.read_bytes()[: -(4 + 64 + 16)])
    with pytest.raises(sealed.SealError):
        opened(path)


def test_a_passphrase_is_long_and_has_no_look_alikes():
    text = sealed.new_passphrase()
    assert len(text) == 35
    assert not set(text) & set("0o1il")
    assert text != sealed.new_passphrase()
