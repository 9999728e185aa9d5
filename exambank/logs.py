"""Structured logs: one JSON object a line on standard error, without texts of items, answers or secrets."""

import json
import logging
import sys
import time

from flask import Flask, g, has_request_context, request

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: value for name, value in vars(record).items() if name not in _STANDARD})
        if has_request_context():
            line.setdefault("method", request.method)
            line.setdefault("endpoint", request.endpoint)  # never the URL: it may carry a token
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def init_app(app: Flask) -> None:
    logger = logging.getLogger("exambank")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.INFO)
    app.before_request(_start)
    app.after_request(_log_slow)


def _start() -> None:
    g.started = time.perf_counter()


def _log_slow(response):
    """Every answer of the server's own fault, and every slow one; the ordinary ones are the front server's to log."""
    elapsed = time.perf_counter() - g.get("started", time.perf_counter())
    if response.status_code >= 500 or elapsed > 2:
        logging.getLogger("exambank.request").warning(
            "slow or failed request", extra={"status": response.status_code, "seconds": round(elapsed, 3)}
        )
    return response
