"""Pages of the bank: the list, an item and its history, review, bulk steps."""

from exambank.bank.views import items, lists, reviews  # noqa: F401 (they add routes)
from exambank.bank.views.blueprint import bp

__all__ = ["bp"]
