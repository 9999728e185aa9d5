"""How the exam pages look to this candidate: text size, spacing, colours, clock, keys; kept for the session."""

from flask import redirect, request, session, url_for

from exambank import web
from exambank.permissions import Permission
from exambank.sittings.views.blueprint import bp

# each setting's values, the plain one first; ``data-<name>`` on the page's root carries whatever differs from it
SETTINGS = {
    "size": ("100", "125", "150", "200"), "theme": ("light", "dark", "contrast", "yellow"),
    "spacing": ("normal", "wide"), "targets": ("normal", "large"), "ruler": ("off", "on"),
    "timer": ("shown", "hidden"), "keys": ("on", "off"),
}  # fmt: skip
_KEPT = "room_looks"


def looks() -> dict[str, str]:
    """What this session has chosen that differs from the plain page; anything unknown is left out."""
    kept = session.get(_KEPT) or {}
    return {name: kept[name] for name, values in SETTINGS.items() if kept.get(name) in values[1:]}


@bp.post("/sit/display")
@web.requires(Permission.SIGNED_IN)
def set_display():
    chosen = {name: request.form[name] for name, values in SETTINGS.items() if request.form.get(name) in values}
    session[_KEPT] = {**looks(), **chosen}
    session[_KEPT] = looks()
    return redirect(web.local_target(request.form.get("next")) or url_for("sittings.list_own"))


@bp.app_context_processor
def _offer() -> dict:
    return {"room_looks": looks, "room_settings": SETTINGS}
