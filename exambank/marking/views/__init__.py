"""Pages of marking: the sheet of an exam and its corrections, the marker's work, who marks."""

from exambank.marking.views import corrections, markers, marks, scripts  # noqa: F401 (they add routes)
from exambank.marking.views.blueprint import bp

__all__ = ["bp"]
