"""Saved views: a list's filters, order and columns under a name, for oneself or for all who see the bank."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank import audit, text
from exambank.bank.models import SavedView
from exambank.bank.rules.finding import Filters, as_query, read_columns
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Actor

MOST_VIEWS = 30


def save_view(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, filters: Filters,
    columns: Sequence[str] = (), is_shared: bool = False,
) -> SavedView:  # fmt: skip
    """Keep a list under a name; one's own earlier view of this name is replaced."""
    name = _tidy_name(name)
    with unit_of_work() as session:
        own = select(SavedView).where(
            SavedView.user_id == actor.user_id, SavedView.course_module_id == course_module.id
        )  # fmt: skip
        view = session.scalar(own.where(SavedView.name == name))
        if view is None:
            if session.scalar(select(func.count()).select_from(own.subquery())) >= MOST_VIEWS:
                raise InvalidInput(_("At most %(count)s views can be saved. Delete one first.", count=MOST_VIEWS))
            view = SavedView(user_id=actor.user_id, course_module_id=course_module.id, name=name)
            session.add(view)
        view.query, view.columns = as_query(filters), list(read_columns(columns)) if columns else []
        view.is_shared, view.saved_at = is_shared, now
        session.flush()
        audit.record(actor, "view.saved", view, name=name, shared=is_shared, query=view.query)
    return view


def change_view(*, actor: Actor, now: datetime, view: SavedView, name: str, is_shared: bool) -> SavedView:
    """Another name for a saved view, or another circle of readers."""
    name = _tidy_name(name)
    with unit_of_work() as session:
        twin = select(SavedView.id).where(
            SavedView.user_id == view.user_id, SavedView.course_module_id == view.course_module_id,
            SavedView.name == name, SavedView.id != view.id,
        )  # fmt: skip
        if session.scalar(twin) is not None:
            raise InvalidInput(_("You have another view of this name already. Choose a different one."))
        view.name, view.is_shared = name, is_shared
        audit.record(actor, "view.changed", view, name=name, shared=is_shared)
    return view


def delete_view(*, actor: Actor, now: datetime, view: SavedView) -> None:
    """Take a saved view away; the items it showed are not touched."""
    with unit_of_work() as session:
        audit.record(actor, "view.deleted", view, name=view.name)
        session.delete(view)


def _tidy_name(name: str) -> str:
    tidy = " ".join(text.nfc(text.strip_control(name)).split())
    if not tidy:
        raise InvalidInput(_("Give the view a name."))
    return tidy[:80]


def get_view(public_id: str) -> SavedView:
    """A saved view; NotFound when there is none."""
    query = select(SavedView).where(SavedView.public_id == public_id).options(joinedload(SavedView.course_module))
    view = db.session.scalar(query)
    if view is None:
        raise NotFound()
    return view
