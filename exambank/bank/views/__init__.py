"""Pages of the bank: the list, an item and its history, review, bulk steps."""

from exambank.bank.views import (  # noqa: F401 (they add routes)
    acceptance,
    bulk,
    concerns,
    drawing,
    editing,
    figures,
    items,
    kinship,
    lists,
    readings,
    reviews,
    settings,
    typing,
)
from exambank.bank.views.blueprint import bp

__all__ = ["bp"]
