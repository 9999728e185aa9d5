"""Concerns about items in force: raised by statistics or people, settled by people, by a new text or by new figures."""

from exambank.bank.service.concerns.closing import close_concerns
from exambank.bank.service.concerns.listing import (
    WaitingConcern,
    count_concerns,
    find_concerned,
    find_open_concerns,
    get_concern,
    list_concern_banks,
    list_concerns_for,
    list_concerns_of,
    list_waiting_concerns,
    names_in,
    open_concern_of,
)
from exambank.bank.service.concerns.raising import raise_concern, withdraw_concern
from exambank.bank.service.concerns.settling import may_settle_concern, may_take_back, settle_concern

__all__ = [
    "WaitingConcern",
    "close_concerns",
    "count_concerns",
    "find_concerned",
    "find_open_concerns",
    "get_concern",
    "list_concern_banks",
    "list_concerns_for",
    "list_concerns_of",
    "list_waiting_concerns",
    "may_settle_concern",
    "may_take_back",
    "names_in",
    "open_concern_of",
    "raise_concern",
    "settle_concern",
    "withdraw_concern",
]
