"""The school's own certificate authority and the certificate of this machine (promise 12: HTTPS without internet).

The authority may only speak for private addresses and the school's names (name constraints), so that its key, were it
stolen, could not impersonate anything else to the machines that trust it.
"""

import fcntl
import ipaddress
import os
import re
import socket
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from exambank.cli.language import _
from exambank.errors import InvalidInput

PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
PRIVATE_NETWORKS_6 = ("fc00::/7", "fe80::/10", "::1/128")
OWN_DOMAINS = ("lan", "local", "test", "internal", "localhost", "home.arpa")
AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # browsers refuse longer ones
RENEW_BEFORE = timedelta(days=30)

_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_ASK_ADDRESS = 0x8915  # SIOCGIFADDR of Linux


def ensure(folder: Path, school: str, names: tuple[str, ...] = ()) -> None:
    """Make the authority once, and the server's certificate when it is missing, ends within 30 days or lacks a name."""
    given = tuple(_tidy(name) for name in names)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "ca.pem").exists():
        _write_pair(folder, "ca", *make_authority(school, [*given, _tidy(socket.gethostname())]))
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    for name in given:
        if not _permits(authority, name):
            raise InvalidInput(
                _("The school's certificate authority may not speak for %(name)s: it was made for private addresses "
                  "and the names known then. To make a new one, move the files ca.key and ca.pem out of "
                  "instance/certificates and run init again; every machine of the room must then trust the new one.",
                  name=name)
            )  # fmt: skip
    wanted = [name for name in _names_of_this_machine(given) if _permits(authority, name)]
    if _must_renew(folder / "server.pem", wanted):
        held = [name for name in names_in(folder / "server.pem") if _permits(authority, name)]
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
        _write_pair(folder, "server", *make_server_certificate(authority, key, list(dict.fromkeys([*wanted, *held]))))


def refresh(folder: Path, *names: str) -> None:
    """Renew the server's certificate if it must be and the authority's key is on this machine."""
    if (folder / "ca.key").exists() and (folder / "ca.pem").exists():
        ensure(folder, "", names)


def _tidy(name: str) -> str:
    name = name.strip().rstrip(".").lower()
    if address := _address(name):
        return str(address)
    if not _HOST_NAME.fullmatch(name):
        raise InvalidInput(_("%(name)s is no host name and no address.", name=name or "''"))
    return name


def _address(name: str):
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def make_authority(school: str, names: list[str]) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, "exambank school CA"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, school[:64] or "exambank"),
    ])  # fmt: skip
    hosts = [name for name in names if not _address(name)]
    networks = [ipaddress.ip_network(network) for network in (*PRIVATE_NETWORKS, *PRIVATE_NETWORKS_6)]
    permitted = [*map(x509.IPAddress, networks), *map(x509.DNSName, dict.fromkeys([*OWN_DOMAINS, *hosts]))]
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


def _general_name(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _permits(authority: x509.Certificate, name: str) -> bool:
    """One name outside the authority's constraints would make the whole certificate invalid."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    if address := _address(name):
        return any(isinstance(one, x509.IPAddress) and address in one.value for one in permitted)
    domains = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    return any(name == domain or name.endswith("." + domain) for domain in domains)


def _names_of_this_machine(given: tuple[str, ...]) -> list[str]:
    host = socket.gethostname().lower()
    names = [*given, "localhost", "127.0.0.1", "::1", host, f"{host.split('.')[0]}.local", *own_addresses()]
    return list(dict.fromkeys(names))


def own_addresses() -> list[str]:
    """The IPv4 address of each network card; asked of the kernel, since the host name may only mean loopback."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _index, card in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(asking.fileno(), _ASK_ADDRESS, struct.pack("256s", card.encode()[:15]))
            except OSError:  # a card without an address
                continue
            found.append(socket.inet_ntoa(answer[20:24]))
    return [address for address in dict.fromkeys(found) if not _address(address).is_loopback]


def _must_renew(path: Path, names: list[str]) -> bool:
    return bool(set(names) - set(names_in(path))) or ends_at(path.parent) < datetime.now(UTC) + RENEW_BEFORE


def names_in(path: Path) -> list[str]:
    """The names and addresses that a certificate holds for; none for no certificate."""
    if not path.exists():
        return []
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in held]


def find_lacking(folder: Path) -> list[str]:
    """Addresses of this machine in private networks for which the server's certificate does not hold."""
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    held = names_in(folder / "server.pem")
    return [address for address in own_addresses() if _permits(authority, address) and address not in held]


def ends_at(folder: Path) -> datetime | None:
    """When the server's certificate ends; None for none."""
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
