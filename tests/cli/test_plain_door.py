"""The plain-http address beside the server: the school's certificate, and nothing else."""

import http.client
import os
import threading

import pytest

from exambank.cli import certificates
from exambank.cli.plain_door import PlainDoor, listen, make_pages
from exambank.config import ConfigError
from tests.cli.processes import free_port, is_alive, wait_until


@pytest.fixture
def pages(app, instance):
    certificates.ensure(instance / "certificates", "Trường Chính trị tỉnh An Bình", ("exam.test",))
    return make_pages(app, "http://exam.test:8080", "https://exam.test:8443/")


@pytest.fixture
def ask(pages):
    """One request to the listener; the answer with its body."""
    listener = listen(pages, "127.0.0.1", free_port(), 8443)
    threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def request(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", listener.server_address[1], timeout=10)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    yield request
    listener.shutdown()
    listener.server_close()


def test_the_certificate_is_handed_out_and_everything_else_is_sent_to_https(ask, instance):
    answer, body = ask("/ca.pem")
    assert body == (instance / "certificates" / "ca.pem").read_bytes()
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert b"PRIVATE" not in body
    answer, page = ask("/ca", Cookie="exambank=x")
    assert answer.status == 200
    assert "https://exam.test:8443/machine" in page.decode()
    assert "<form" not in page.decode()  # nothing can be sent here
    for seen in (ask(path)[0] for path in ("/ca", "/", "/accounts/sign-in")):
        assert "Set-Cookie" not in seen.headers
        assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert ask("/")[0].headers["Location"] == "/ca"
    away = ask("/accounts/sign-in?next=/x", Host="192.168.1.10:8080")[0]
    assert (away.status, away.headers["Location"]) == (302, "https://192.168.1.10:8443/")
    assert ask("/x", Host='a"><b')[0].headers["Location"] == "/ca"
    assert ask("/static/../../instance/secrets/secret_key")[0].status == 302
    assert ask("/ca", method="POST")[0].status == 501
    head, nothing = ask("/ca.pem", method="HEAD")
    assert (head.status, nothing) == (200, b"")


def test_the_page_finds_its_own_styles_there(ask):
    page = ask("/ca")[1].decode()
    links = [link.split('"')[0] for link in page.split('href="')[1:] if link.startswith("/static/")]
    for link in links:
        assert ask(link)[0].status in {200, 302}  # 302: not built on this machine
    assert links


def test_without_a_certificate_or_with_a_taken_port_it_does_not_start(app, instance, pages):
    (instance / "certificates" / "ca.pem").unlink()
    with pytest.raises(ConfigError):
        make_pages(app, "http://exam.test", "https://exam.test/")
    port = free_port()
    first = listen(pages, "127.0.0.1", port, 8443)
    with pytest.raises(ConfigError):
        listen(pages, "127.0.0.1", port, 8443)
    first.server_close()


def test_the_process_serves_and_ends_when_told(pages):
    port = free_port()
    door = PlainDoor(listen(pages, "127.0.0.1", port, 8443))

    def is_up():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/ca.pem")
            return connection.getresponse().status == 200
        except OSError:
            return False

    wait_until(is_up)
    assert len(os.listdir(f"/proc/{door._pid}/fd")) < 8  # no database, no lock came along
    door.stop()
    assert not is_alive(door._pid)
    door.stop()
