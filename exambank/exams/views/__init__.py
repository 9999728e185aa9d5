"""Pages of exams: the desk, an exam and its preparation, its candidates, rooms and papers."""

from exambank.exams.views import candidates, conduct, door, exams, lockdown, lots, rooms  # noqa: F401 (they add routes)
from exambank.exams.views.blueprint import bp

__all__ = ["bp"]
