"""A real Chromium against the real application, three ways: loopback, http and https under a name of the LAN.

``exam.test`` is mapped to loopback inside the browser, which then treats it as any machine in the room: on plain http
there is no service worker and no crypto.subtle. The certificate is the school's own, as ``exambank init`` makes it; the
browser is told its key (``--ignore-certificate-errors-spki-list``), which stands for installing the school's authority.
"""

import base64
import contextlib
import hashlib
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import BrowserContext, Page, expect

from exambank import create_app
from exambank.accounts.models import User
from exambank.cli import certificates
from exambank.cli.demo import play
from exambank.db import db
from exambank.sittings import store
from tests.browser import school
from tests.browser.demonstration import Demonstration
from tests.browser.server import Server, serving
from tests.conftest import TEST_CONFIG
from tests.people import People

NAME = "exam.test"
WAYS = ("loopback", "http", "https")
# the school is filled in one folder and served from copies of it: one key of the server for all of them
CONFIG = {**TEST_CONFIG, "WTF_CSRF_ENABLED": True, "PAPERS_KEY": "the key of the browser tests, for all of them"}

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def base_url():
    """Each test has a server of its own, see ``site``."""
    return None


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("certificates")
    certificates.ensure(folder, "Trường Chính trị tỉnh An Bình", (NAME,))
    return str(folder / "server.pem"), str(folder / "server.key")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, certificate):
    public_key = x509.load_pem_x509_certificate(Path(certificate[0]).read_bytes()).public_key()
    info = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(info).digest()).decode()
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-quic",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--host-resolver-rules=MAP {NAME} 127.0.0.1", f"--ignore-certificate-errors-spki-list={pin}",
        ],
    }  # fmt: skip


@pytest.fixture(scope="session")
def filled_template(sqlite_template, tmp_path_factory) -> Path:
    """The file of a school whose exam is about to start."""
    return fill_school(sqlite_template, tmp_path_factory.mktemp("filled"), school.fill)


def fill_school(sqlite_template, folder: Path, fill: Callable) -> Path:
    """The file of a school that ``fill(people)`` has filled."""
    shutil.copy(sqlite_template, folder / "exambank.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXAMBANK_INSTANCE", str(folder))
        app = create_app(CONFIG)
    with app.app_context():
        fill(People.build())
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "exambank.sqlite"


@pytest.fixture
def app(instance, filled_template):
    """The application over a copy of the school, inside an application context."""
    shutil.copy(filled_template, instance / "exambank.sqlite")
    app = create_app(CONFIG)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=WAYS)
def way(request) -> str:
    return request.param


@dataclass
class Site:
    """The served application; browsers that are signed in; and what they complained about."""

    app: object
    server: Server
    url: str
    new_context: Callable[..., BrowserContext]
    complaints: list[str] = field(default_factory=list)

    def context(self, username: str | None = "hv001", **options) -> BrowserContext:
        """A machine of its own, with somebody signed in."""
        context = self.new_context(base_url=self.url, locale="vi-VN", **options)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("console", self._listen)
        if username:
            self.sign_in(context, username)
        return context

    def cut(self, context: BrowserContext) -> None:
        """Pull the cable: the browser is told, and nobody answers any more."""
        context.set_offline(True)
        self.server.stop()

    def mend(self, context: BrowserContext) -> None:
        self.server.start()
        context.set_offline(False)

    def _listen(self, message) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.complaints.append(message.text)

    def sign_in(self, context: BrowserContext, username: str) -> None:
        """Put the cookie of a signed-in session into the browser."""
        user = db.session.query(User).filter_by(username=username).one()
        signer = self.app.session_interface.get_signing_serializer(self.app)
        value = signer.dumps({"user_id": user.id, "version": user.session_version})
        context.add_cookies([{"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": self.url}])

    def page(self, username: str | None = "hv001", **options) -> Page:
        return self.context(username, **options).new_page()


def _site(app, way, certificate, new_context):
    secure = way == "https"
    app.config["SESSION_COOKIE_SECURE"] = secure
    with serving(app, certificate if secure else None) as server:
        host = "127.0.0.1" if way == "loopback" else NAME
        site = Site(app, server, f"http{'s' if secure else ''}://{host}:{server.port}", new_context)
        yield site
    store.close_store(app)
    assert site.complaints == []


@pytest.fixture
def site(app, certificate, new_context):
    """The application on loopback."""
    yield from _site(app, "loopback", certificate, new_context)


@pytest.fixture
def site_each_way(app, way, certificate, new_context):
    """The application on loopback, on http and on https under a name."""
    yield from _site(app, way, certificate, new_context)


@pytest.fixture
def room(app) -> school.Room:
    """The room of learner hv001, at its first second."""
    return school.find_room()


@pytest.fixture
def machine(playwright, browser_type_launch_args, site, tmp_path):
    """A computer whose browser can be killed and started again over the same profile."""
    profile, opened = tmp_path / "profile", []

    def start():
        context = playwright.chromium.launch_persistent_context(
            profile, **browser_type_launch_args, base_url=site.url, locale="vi-VN"
        )
        opened.append(context)
        return context

    def kill():
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        (profile / "SingletonLock").unlink(missing_ok=True)

    yield start, kill
    with contextlib.suppress(Exception):
        opened[-1].close()
    kill()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory, browser):
    """The demonstration's school, served once for the tests of a file."""
    folder = tmp_path_factory.mktemp("demonstration")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXAMBANK_INSTANCE", str(folder))
        app = create_app(CONFIG)
        with app.app_context():
            play.fill("cho-trinh-duyet-xem", lambda _line: None)
            db.session.remove()
        with serving(app) as server:
            shown = Demonstration(app, browser, f"http://127.0.0.1:{server.port}")
            yield shown
            shown.close()
        store.close_store(app)
        with app.app_context():
            db.engine.dispose()
