"""The server's own key for papers: a file beside the database, never in it, and keys for single purposes made of it."""

import os
import secrets
import tempfile
from pathlib import Path

from flask import current_app

from exambank.assembly import seal
from exambank.config import ConfigError

_SHORTEST = 32


def server_key(purpose: str) -> bytes:
    """The 256-bit key for one purpose ("desk", "clock", "half", "file", "fingerprint").

    The file is made where it is missing. Several nodes share PAPERS_KEY, or the file. ConfigError when what is set is
    too short to be a key.
    """
    secret = current_app.config["PAPERS_KEY"] or ensure_key_file(Path(current_app.instance_path))
    if len(secret) < _SHORTEST:
        raise ConfigError("PAPERS_KEY is too short: `openssl rand -base64 36` makes one.")
    return seal.subkey(secret.encode(), b"server", purpose.encode())


def key_file(instance: Path) -> Path:
    """Where the key lies."""
    return instance / "secrets" / "papers_key"


def ensure_key_file(instance: Path) -> str:
    """The key in the file, made at the first call; of two processes that make it at once both read the same."""
    path = key_file(instance)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    # written and flushed under another name first: nobody ever reads half a key, and a power cut cannot leave one
    descriptor, written = tempfile.mkstemp(dir=path.parent)  # mkstemp: mode 0600, O_EXCL
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(written, path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except FileExistsError:
        pass  # another process was first: its key stands
    finally:
        os.unlink(written)


def lock_away(secret: bytes, *, owner: str, purpose: str) -> bytes:
    """A secret of another package, to be kept in the database under the server's own key."""
    return seal.close_box(server_key(purpose), secret, seal.Context(owner, purpose, "server"))


def take_out(locked: bytes, *, owner: str, purpose: str) -> bytes:
    """The secret again; ``seal.WrongKey`` (a ValueError) when this server's key is not the one it was locked under."""
    return seal.open_box(server_key(purpose), locked, seal.Context(owner, purpose, "server"))
