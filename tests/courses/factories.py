"""What several tests of courses need: a draft version, marks already entered."""

from datetime import UTC, datetime
from decimal import Decimal

from exambank.courses import service
from tests.people import People, actor_of

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)


def draft_of(people: People):
    return service.start_version(actor=actor_of(people.officer), now=NOW, regulation=people.regulation)


def enter(people: People, marks: dict[int, dict[str, str]], absences: dict[int, int] | None = None):
    exact = {user_id: {code: Decimal(points) for code, points in row.items()} for user_id, row in marks.items()}
    return service.set_component_marks(
        actor=actor_of(people.lecturer), now=NOW, offering=people.offering, marks=exact, absences=absences
    )
