"""Counting failed sign-ins in the database, so that all processes count together."""

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Insert, Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from exambank.accounts import rules
from exambank.accounts.models import SignInThrottle
from exambank.db import is_sqlite, unit_of_work

_WHOLE_ADDRESS = "*"  # no account is called so: a row for all names tried from one address
_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Try:
    """A try that was counted. ``pair_wait`` and ``address_wait`` forbid it when above 0."""

    account: str
    address: str
    pair_wait: int
    address_wait: int
    failures: int = 0
    wait_if_wrong: int = 0
    is_ceiling: bool = False  # with this one the address reached its ceiling


def count_try(account: str, address: str, now: datetime) -> Try:
    """Count a sign-in as failed before it is tried; ``forget`` takes it back. A pair that waits is not counted."""
    with unit_of_work() as session:
        pair, whole = _row(session, account, address, now), _row(session, _WHOLE_ADDRESS, address, now)
        pair_wait = rules.seconds_to_wait(_tries(pair), now)
        address_wait = rules.seconds_to_wait(_tries(whole), now)
        if pair_wait:
            return Try(account, address, pair_wait, address_wait)
        _write(pair, rules.count_try(_tries(pair), _pair_limit(), now), now)
        if not address_wait:
            _write(whole, rules.count_try(_tries(whole), rules.ADDRESS_LIMIT, now), now)
        return Try(
            account, address, 0, address_wait, pair.failures, rules.seconds_to_wait(_tries(pair), now),
            is_ceiling=not address_wait and whole.failures == rules.ADDRESS_LIMIT.allowed,
        )  # fmt: skip


def forget(session: Session, tried: Try) -> None:
    """The try was good: the pair starts anew, the address gets its place back. Inside the caller's unit of work."""
    pair = _find(session, tried.account, tried.address)
    if pair is not None:
        pair.failures, pair.blocked_until = 0, None
    whole = _find(session, _WHOLE_ADDRESS, tried.address)
    if whole is not None and not tried.address_wait:
        _write(whole, rules.uncount_try(_tries(whole), rules.ADDRESS_LIMIT), whole.last_failure_at)


def forget_account(session: Session, account: str) -> None:
    """Let this account try again from everywhere: a person vouched for it. Inside the caller's unit of work."""
    cleared = update(SignInThrottle).values(failures=0, blocked_until=None)
    session.execute(cleared.where(SignInThrottle.account == account))


def forget_old_failures(*, now: datetime) -> int:
    """Drop counts that no longer matter; returns how many. Housekeeping: it leaves no audit record."""
    with unit_of_work() as session:
        return session.execute(delete(SignInThrottle).where(SignInThrottle.last_failure_at < now - _KEPT)).rowcount


def _pair_limit() -> rules.Limit:
    config = current_app.config
    return rules.pair_limit(config["SIGN_IN_FAILURES_ALLOWED"], config["SIGN_IN_WAIT_SECONDS"])


# made once: a whole class signs in together, and making a statement takes longer than running it
@functools.cache
def _held_row() -> Select:
    is_pair = (SignInThrottle.account == bindparam("account")) & (SignInThrottle.address == bindparam("address"))
    return select(SignInThrottle).where(is_pair).with_for_update()


@functools.cache
def _new_row(is_on_sqlite: bool) -> Insert:
    insert = sqlite.insert if is_on_sqlite else postgresql.insert
    return insert(SignInThrottle.__table__).on_conflict_do_nothing()


def _find(session: Session, account: str, address: str) -> SignInThrottle | None:
    return session.execute(_held_row(), {"account": account, "address": address}).scalar_one_or_none()


def _row(session: Session, account: str, address: str, now: datetime) -> SignInThrottle:
    """The row, made where it is missing (two first tries may come together), and held until the commit.

    Rows are emptied, never deleted while they matter: somebody may be about to read what he found to exist.
    """
    found = _find(session, account, address)
    if found is None:
        values = {"account": account, "address": address, "failures": 0, "window_started_at": now,
                  "last_failure_at": now}  # fmt: skip
        session.connection().execute(_new_row(is_sqlite()), values)
        found = _find(session, account, address)
    return found


def _tries(row: SignInThrottle) -> rules.Tries:
    return rules.Tries(row.failures, row.window_started_at, row.blocked_until)


def _write(row: SignInThrottle, tries: rules.Tries, last_failure_at: datetime) -> None:
    row.failures, row.window_started_at = tries.failures, tries.window_started_at
    row.blocked_until, row.last_failure_at = tries.blocked_until, last_failure_at
