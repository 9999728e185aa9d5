"""The real application behind a real socket, in a thread of the test process: so that ``clock.shift`` moves it too."""

import contextlib
import logging
import threading
from collections.abc import Iterator

from werkzeug.serving import make_server


def closing(app):
    """The application, each answer closed also when the browser hangs up: werkzeug's own server then skips the close."""

    def answer(environ, start_response):
        found = app(environ, start_response)
        try:
            yield from found
        finally:
            if hasattr(found, "close"):
                found.close()

    return answer


class Server:
    """Serves on loopback; may go away and come back at the same address, as a server or a switch does."""

    def __init__(self, app, certificate: tuple[str, str] | None = None):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._app, self._certificate, self.port = closing(app), certificate, 0

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True, ssl_context=self._certificate)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)


@contextlib.contextmanager
def serving(app, certificate: tuple[str, str] | None = None) -> Iterator[Server]:
    """With a certificate (files of chain and key) it speaks HTTPS."""
    server = Server(app, certificate)
    server.start()
    try:
        yield server
    finally:
        server.stop()
