"""Pages of courses: teaching and mark sheets, classes, course modules, regulations, the school."""

from exambank.courses.views import cohorts, modules, offerings, outcomes, programmes, schools  # noqa: F401 (they add routes)
from exambank.courses.views.blueprint import bp

__all__ = ["bp"]
