"""One application for all tests of a process, as new for each.

Assembling one, loading its templates and catalogues and compiling its SQL took more of a run than the tests themselves.
What a test may have changed is put back before the next: settings, extensions, hooks, instance folder, database. Routes
and templates stay; whoever adds a route makes an application of its own with ``create_app``.
"""

from pathlib import Path

from flask import Flask

from exambank import config as settings
from exambank import create_app, jobs
from exambank.db import db

_HOOKS = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "template_context_processors")
_PARTS = ("wsgi_app", "test_client_class", "session_interface")


class SharedApp:
    """Hands the application out for an instance folder and a database."""

    def __init__(self, config: dict):
        self._config = config
        self._app: Flask | None = None
        self._compiled: dict[str, tuple] = {}  # by kind of database: its dialect and the statements compiled for it

    def app_in(self, instance: Path, **config) -> Flask:
        """The application as ``create_app`` would make it there."""
        given = {**self._config, **config}
        if self._app is None:
            self._app = create_app(given)
            self._remember(self._app)
        else:
            self._renew(self._app, instance, given)
        self._share_compiled(self._app)
        return self._app

    def _remember(self, app: Flask) -> None:
        self._settings, self._extensions = dict(app.config), dict(app.extensions)
        self._hooks = {name: _copy_of(getattr(app, name)) for name in _HOOKS}
        self._parts = {name: getattr(app, name) for name in _PARTS}

    def _renew(self, app: Flask, instance: Path, given: dict) -> None:
        app.instance_path = app.config.root_path = str(instance)
        app.config.clear()
        app.config.update(self._settings)
        settings.load(app, given)
        app.extensions.clear()
        app.extensions.update(self._extensions)
        jobs.init_app(app)
        for name, hooks in self._hooks.items():
            getattr(app, name).clear()
            getattr(app, name).update(_copy_of(hooks))
        for name, part in self._parts.items():
            setattr(app, name, part)
        self._open_database(app)

    def _open_database(self, app: Flask) -> None:
        options = {**app.config["SQLALCHEMY_ENGINE_OPTIONS"], "url": app.config["SQLALCHEMY_DATABASE_URI"]}
        options |= {"echo": False, "echo_pool": False}
        db._apply_driver_defaults(options, app)
        db._app_engines[app] = {None: db._make_engine(None, options, app)}

    def _share_compiled(self, app: Flask) -> None:
        """Statements are compiled once for each kind of database, not once for each file."""
        engine = db._app_engines[app][None]
        known, compiled = self._compiled.get(engine.dialect.name, (None, None))
        if known is not None and known.server_version_info:  # it has met a database and knows what that one can do
            engine.dialect, engine._compiled_cache = known, compiled
        else:
            self._compiled[engine.dialect.name] = engine.dialect, engine._compiled_cache


def _copy_of(hooks: dict) -> dict:
    return {name: list(found) for name, found in hooks.items()}
