"""Pages of interchange: bank files, lists of people, mark sheets, files to download."""

from exambank.interchange.views import banks, downloads, marks, people  # noqa: F401 (they add routes)
from exambank.interchange.views.blueprint import bp

__all__ = ["bp"]
