"""Pages of interchange: bank files, lists of people, mark sheets, files to download."""

from exambank.interchange.views import (  # noqa: F401 (they add routes)
    banks,
    blueprints,
    downloads,
    entries,
    exports,
    marks,
    papers,
    people,
    photos,
    raws,
    statistics,
)
from exambank.interchange.views.blueprint import bp

__all__ = ["bp"]
