"""The school's authority is constrained, and the server's certificate holds for the machine's names."""

import ipaddress
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from exambank.cli import certificates


@pytest.fixture
def folder(tmp_path):
    certificates.ensure(tmp_path, "Trường Chính trị tỉnh An Bình", ("192.168.1.10", "exam.test"))
    return tmp_path


def load(path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_openssl_trusts_the_servers_certificate_through_the_authority(folder):
    command = ["openssl", "verify", "-CAfile", folder / "ca.pem", "-verify_ip", "192.168.1.10", folder / "server.pem"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().endswith("OK")
    command = [
        "openssl",
        "verify",
        "-CAfile",
        folder / "ca.pem",
        "-verify_hostname",
        "exam.test",
        folder / "server.pem",
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().endswith("OK")


def test_a_certificate_for_a_public_name_is_worthless_under_this_authority(folder):
    authority = load(folder / "ca.pem")
    key = certificates.serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
    stolen_key, stolen = certificates.make_server_certificate(authority, key, ["bank.example.com"])
    certificates._write_pair(folder, "stolen", stolen_key, stolen)
    command = ["openssl", "verify", "-CAfile", folder / "ca.pem", folder / "stolen.pem"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "permitted subtree" in result.stderr + result.stdout


def test_the_keys_are_readable_by_their_owner_only(folder):
    assert {(folder / name).stat().st_mode & 0o777 for name in ("ca.key", "server.key")} == {0o600}


def test_running_again_keeps_the_authority_and_a_good_certificate(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    certificates.ensure(folder, "x", ("192.168.1.10", "exam.test"))
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_address_gets_a_new_certificate_from_the_same_authority(folder):
    authority = (folder / "ca.pem").read_bytes()
    certificates.ensure(folder, "x", ("192.168.1.10", "exam.test", "10.0.0.5"))
    names = load(folder / "server.pem").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("10.0.0.5") in names.get_values_for_type(x509.IPAddress)
    assert authority == (folder / "ca.pem").read_bytes()


def test_a_certificate_near_its_end_is_renewed(folder):
    assert not certificates._must_renew(folder / "server.pem", ["192.168.1.10"])
    ends = certificates.ends_at(folder)
    assert timedelta(days=390) < ends - datetime.now(UTC) < timedelta(days=398)
