"""The school's certificate as this server hands it out. Only public parts are ever read."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

FOLDER = "certificates"
FINGERPRINT_GROUP = 4


@dataclass(frozen=True)
class Authority:
    """The school's CA certificate, with what a person compares before trusting it."""

    body: bytes
    fingerprint: str
    ends_at: datetime


def find_authority(instance: Path) -> Authority | None:
    """The CA certificate, or None; written anew from what was parsed, so that nothing else of the file leaves."""
    certificate = _read(instance / FOLDER / "ca.pem")
    if certificate is None:
        return None
    digest = certificate.fingerprint(hashes.SHA256()).hex().upper()
    groups = [digest[at : at + FINGERPRINT_GROUP] for at in range(0, len(digest), FINGERPRINT_GROUP)]
    body = certificate.public_bytes(serialization.Encoding.PEM)
    return Authority(body, " ".join(groups), certificate.not_valid_after_utc)


def server_ends_at(instance: Path) -> datetime | None:
    """When the server's own certificate ends; None when there is none."""
    certificate = _read(instance / FOLDER / "server.pem")
    return certificate.not_valid_after_utc if certificate else None


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):  # none there, or not a certificate: the page says what to do
        return None
