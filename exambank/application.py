"""The application assembled: config, database, guards, error pages, the packages' views and subscribers. No I/O."""

import importlib
import importlib.util
import os
from collections.abc import Callable

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from exambank import PACKAGES, audit, db, errors, jobs, logs, web  # noqa: F401 (audit: its tables)
from exambank import config as settings

migrate = Migrate(render_as_batch=True, compare_type=True)


class Application(Flask):
    """Flask without coroutines: it would ask ten times a request whether a function is one, and none of ours is."""

    def ensure_sync(self, func: Callable) -> Callable:
        return func


def create_app(config: dict | None = None) -> Flask:
    """Assemble the application; ``config`` overrides every other source of settings."""
    app = Application(
        "exambank",
        instance_relative_config=True,
        instance_path=os.environ.get("EXAMBANK_INSTANCE") or None,
        template_folder="../templates",
        static_folder="../static",
    )
    settings.load(app, config)
    logs.init_app(app)
    modules = {name: _parts(name) for name in PACKAGES}
    db.db.init_app(app)
    migrate.init_app(app, db.db, directory=os.path.join(os.path.dirname(app.root_path), "migrations"))
    web.init_app(app, modules["marking"]["service"].actor_for)
    errors.init_app(app)
    jobs.init_app(app)
    for parts in modules.values():
        if "views" in parts:
            app.register_blueprint(parts["views"].bp)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    return app


def _parts(package: str) -> dict:
    """A package's models, subscribers, service and views, as far as it has them."""
    found = {}
    for part in ("models", "service", "tasks", "views"):
        name = f"exambank.{package}.{part}"
        if importlib.util.find_spec(name) is not None:
            found[part] = importlib.import_module(name)
    return found
