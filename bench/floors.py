"""Two floors to measure a save against: the least a WSGI server does, and the least that Flask does with JSON.

Served by gunicorn with the settings of ``exambank serve``: POST /bare answers a constant, POST /echo the JSON it got.
"""

import sys

from flask import Flask, jsonify, request
from gunicorn.app.base import BaseApplication

from exambank.cli.serve import _FIXED

_BODY = b'{"ok": true}'


def make_app():
    """The bare function, with Flask behind it."""
    flask = Flask("floors")

    @flask.post("/echo")
    def echo():
        return jsonify(request.get_json())

    def bare(environ, start_response):
        if environ["PATH_INFO"] != "/bare":
            return flask(environ, start_response)
        environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))])
        return [_BODY]

    return bare


class Floors(BaseApplication):
    """gunicorn as ``exambank serve`` sets it."""

    def __init__(self, port: int, threads: int):
        self._given = {"bind": f"127.0.0.1:{port}", "workers": 1, "threads": threads}
        super().__init__()

    def load_config(self) -> None:
        for name, value in {**_FIXED, **self._given}.items():
            self.cfg.set(name, value)

    def load(self):
        return make_app()


if __name__ == "__main__":
    Floors(int(sys.argv[1]), int(sys.argv[2])).run()
