"""The school's own certificate authority and the certificate of this machine (promise 12: HTTPS without internet).

The authority may only speak for private addresses and the school's names (name constraints), so that its key, were it
stolen, could not impersonate anything else to the machines that trust it.
"""

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
OWN_DOMAINS = ("lan", "local", "test", "internal", "localhost", "home.arpa")
AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # browsers refuse longer ones


def ensure(folder: Path, school: str, names: tuple[str, ...] = ()) -> None:
    """Make the authority once, and the server's certificate when it is missing, ends within 30 days or lacks a name."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = _names_of_this_machine(names)
    if not (folder / "ca.pem").exists():
        _write_pair(folder, "ca", *make_authority(school, _own_names(wanted)))
    if _must_renew(folder / "server.pem", wanted):
        authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
        _write_pair(folder, "server", *make_server_certificate(authority, key, wanted))


def _own_names(names: list[str]) -> list[str]:
    return [name for name in names if not _address(name) and "." in name]


def make_authority(school: str, names: list[str]) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, "exambank school CA"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, school[:64] or "exambank"),
    ])  # fmt: skip
    permitted = [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE_NETWORKS]
    permitted += [x509.IPAddress(ipaddress.ip_network(network)) for network in ("fc00::/7", "fe80::/10", "::1/128")]
    permitted += [x509.DNSName(name) for name in dict.fromkeys([*OWN_DOMAINS, *names])]
    builder = _builder(subject, subject, key.public_key(), AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.NameConstraints(permitted, None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return key, builder.sign(key, hashes.SHA256())


def make_server_certificate(authority: x509.Certificate, authority_key, names: list[str]):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    builder = _builder(subject, authority.subject, key.public_key(), SERVER_DAYS)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
    )
    return key, builder.sign(authority_key, hashes.SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, public_key, days: int) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - timedelta(days=1)  # room machines' clocks may be behind
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _names_of_this_machine(given: tuple[str, ...]) -> list[str]:
    host = socket.gethostname().lower()
    names = [*given, "localhost", "127.0.0.1", "::1", host, f"{host.split('.')[0]}.local"]
    return [name for name in dict.fromkeys([*names, *_private_addresses()]) if _permitted(name, given)]


def _permitted(name: str, given: tuple[str, ...]) -> bool:
    """A name outside the authority's constraints would make the whole certificate invalid."""
    if address := _address(name):
        return address.is_private or address.is_loopback or address.is_link_local
    return name in given or any(name == own or name.endswith("." + own) for own in OWN_DOMAINS)


def _private_addresses() -> list[str]:
    try:
        found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        return []
    return sorted(found)


def _address(name: str):
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general_name(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _must_renew(path: Path, names: list[str]) -> bool:
    if not path.exists():
        return True
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    missing = set(names) - {str(name.value) for name in held}
    return bool(missing) or certificate.not_valid_after_utc < datetime.now(UTC) + timedelta(days=30)


def ends_at(folder: Path) -> datetime | None:
    path = folder / "server.pem"
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc if path.exists() else None


def _write_pair(folder: Path, name: str, key, certificate: x509.Certificate) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
