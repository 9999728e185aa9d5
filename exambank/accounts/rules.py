"""PURE. Names and passwords, how long a guesser waits, what a door card is worth, who may lose which role."""

import ipaddress
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from exambank import text
from exambank.permissions import Actor, Permission, Role, allows

REHEARSAL_CODE = "~rehearsal"  # of the department, programme and module that only a rehearsal uses: no list shows it
CODE_LENGTH = 50
NAME_LENGTH = 120
PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 200

# What we make for people to type: no 0 O 1 l I, and nothing that a Vietnamese keyboard (Telex, VNI) would rewrite, as
# it does in password fields, too: no vowels (as -> á, a1 -> á), no d (dd, d9 -> đ), no w (-> ư).
READABLE = "bcfghjkmnpqrstvxz23456789"
FIRST_PASSWORD_LENGTH = 10
CARD_LENGTH = 8
CARD_LIFETIME = timedelta(minutes=15)

# The commonest in leaked lists and in Vietnamese offices, folded: small letters, no marks, no spaces.
_COMMON = """
    12345678 123456789 1234567890 0123456789 987654321 87654321 11111111 00000000 88888888 66668888 68686868
    12341234 11223344 12344321 123123123 147258369 password password1 passw0rd p@ssw0rd p@ssword qwertyui qwerty123
    qwertyuiop asdfghjk asdfghjkl 1q2w3e4r 1qaz2wsx abc12345 abcd1234 abcdefgh aa123456 a1234567 a12345678 iloveyou
    sunshine football princess superman trustno1 welcome1 letmein1 admin123 admin1234 administrator matkhau1
    matkhau123 matkhau@123 vietnam1 vietnam123 anhyeuem emyeuanh hocvien1 hocvien123 giangvien canbo123
    truongchinhtri xinchao123 khongbiet khongcomatkhau congsan1 dangvien exambank exambank1 exambank123
"""
COMMON_PASSWORDS = frozenset(_COMMON.split())


# --- names ---


def tidy(value: str) -> str:
    """A code or a name as we keep it: NFC, nothing invisible, single spaces."""
    return " ".join(text.nfc(text.strip_control(value)).split())


def username_of(code: str) -> str:
    """The name people sign in with: their code, tidied, in small letters."""
    return tidy(code).lower()


def is_birth_date(value: str) -> bool:
    """Whether this is dd/mm/yyyy of a real day, or a year alone."""
    year_alone = re.fullmatch(r"(19|20)[0-9]{2}", value)
    parts = re.fullmatch(r"([0-9]{2})/([0-9]{2})/((?:19|20)[0-9]{2})", value)
    if not parts:
        return bool(year_alone)
    day, month, year = map(int, parts.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


class Gender(StrEnum):
    """What is recorded of a person for one purpose: to check whether items and exams treat women and men unequally."""

    FEMALE = "female"
    MALE = "male"


# --- passwords ---


class Weakness(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IS_CODE = "is_code"
    IS_NAME = "is_name"
    COMMON = "common"
    FEW_CHARACTERS = "few_characters"


def password_weakness(password: str, *, code: str, full_name: str) -> Weakness | None:
    """The first reason to refuse this password, or None when it will do. No demand for signs and digits: they make
    people write passwords down."""
    folded = _fold(password)
    if len(password) < PASSWORD_SHORTEST:
        return Weakness.TOO_SHORT
    if len(password) > PASSWORD_LONGEST:
        return Weakness.TOO_LONG
    if _bare(folded) == _bare(_fold(code)):
        return Weakness.IS_CODE
    if _bare(folded) == _bare(_fold(full_name)):
        return Weakness.IS_NAME
    if folded in COMMON_PASSWORDS:
        return Weakness.COMMON
    return Weakness.FEW_CHARACTERS if len(set(folded)) < 3 else None


def _fold(value: str) -> str:
    return text.search_key(value).replace(" ", "")


def _bare(folded: str) -> str:
    return "".join(letter for letter in folded if letter.isalnum())


def readable_code(rng, length: int) -> str:
    """A code that people can read aloud and type without mistakes; ``rng`` decides how secret it is."""
    return "".join(rng.choice(READABLE) for _ in range(length))


# --- the throttle of sign-ins ---


@dataclass(frozen=True)
class Limit:
    """``allowed`` failures within ``window``; from then on a wait that doubles up to ``longest``."""

    allowed: int
    wait: timedelta
    longest: timedelta
    window: timedelta


@dataclass(frozen=True)
class Tries:
    """What is remembered of failed tries."""

    failures: int
    window_started_at: datetime
    blocked_until: datetime | None = None


def pair_limit(allowed: int, wait_seconds: int) -> Limit:
    """For one account from one address: somebody guessing a password."""
    wait = timedelta(seconds=wait_seconds)
    return Limit(allowed, wait, longest=max(wait, timedelta(hours=1)), window=timedelta(days=1))


# For an address as a whole: somebody trying one password on many names. A room of 80 behind one address makes some 150
# honest mistakes at the worst; the wait does not grow, and door cards pass it, so a guesser cannot lock the room.
ADDRESS_LIMIT = Limit(300, timedelta(seconds=30), longest=timedelta(seconds=30), window=timedelta(minutes=15))


def seconds_to_wait(tries: Tries | None, now: datetime) -> int:
    """Whole seconds until the next try is allowed, 0 when it is allowed now."""
    if tries is None or tries.blocked_until is None or tries.blocked_until <= now:
        return 0
    return -((now - tries.blocked_until) // timedelta(seconds=1))


def count_try(tries: Tries | None, limit: Limit, now: datetime) -> Tries:
    """Count a try as failed before it is made, so that tries made at the same moment are counted too."""
    if tries is None or now - tries.window_started_at >= limit.window:
        tries = Tries(0, now)
    failures = tries.failures + 1
    over = failures - limit.allowed
    if over < 0:
        return replace(tries, failures=failures)
    wait = limit.longest if over > 30 else min(limit.wait * 2**over, limit.longest)
    return replace(tries, failures=failures, blocked_until=now + wait)


def uncount_try(tries: Tries, limit: Limit) -> Tries:
    """The try was good after all."""
    failures = max(tries.failures - 1, 0)
    return replace(tries, failures=failures, blocked_until=tries.blocked_until if failures >= limit.allowed else None)


def address_key(address: str) -> str:
    """What counts as one address: an IPv6 customer on the internet owns 2^64 of them, a machine of a LAN one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64] or "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    if ip.version == 6 and ip.is_global:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip).split("%")[0]


# --- cards at the door ---


def read_card_code(typed: str) -> str | None:
    """The card code that was typed, however it was spaced or capitalised; None when it cannot be one."""
    code = re.sub(r"[\s\-]", "", typed[:40]).lower()
    return code if len(code) == CARD_LENGTH and set(code) <= set(READABLE) else None


def show_card_code(code: str) -> str:
    """As it is read aloud: two groups of four capitals."""
    return f"{code[:4]}-{code[4:]}".upper()


def may_have_card(roles) -> bool:
    """Only whoever is a learner and nothing else: a card must never open a staff member's rights."""
    return set(roles) == {Role.LEARNER}


# --- roles ---


def manages_people(roles) -> bool:
    """Whether somebody with these roles may manage people."""
    return allows(Actor(0, "", "", frozenset(roles)), Permission.PEOPLE_MANAGE)


WITHOUT_CONTENT = frozenset({Role.LEARNER, Role.IT})  # what a technician may give and reset


def may_handle(actor_roles, roles) -> bool:
    """Whether somebody with ``actor_roles`` may give ``roles``, and passwords to whoever has them."""
    return Role.TRAINING_OFFICE in actor_roles or {str(role) for role in roles} <= WITHOUT_CONTENT


MANAGING_ROLES = frozenset(role for role in Role if manages_people({role}))


# --- lists of people from a file ---


@dataclass(frozen=True)
class PersonRow:
    """One person of a list. What is None is unknown and leaves what we have as it is."""

    code: str
    full_name: str
    roles: tuple[Role, ...] = (Role.LEARNER,)
    birth_date: str | None = None
    unit_name: str | None = None
    email: str | None = None
    department_codes: tuple[str, ...] = ()
    gender: str | None = None  # of ``Gender``, or what was written and is none of them


@dataclass(frozen=True)
class Slip:
    """A first password on its way to paper: returned once, stored nowhere."""

    code: str
    full_name: str
    unit_name: str | None
    password: str = field(repr=False)


class RowFault(StrEnum):
    """What is wrong with a row."""

    NO_CODE = "no_code"
    LONG_CODE = "long_code"
    REPEATED_CODE = "repeated_code"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    BAD_BIRTH_DATE = "bad_birth_date"
    BAD_GENDER = "bad_gender"
    BAD_EMAIL = "bad_email"
    NO_ROLE = "no_role"
    NO_DEPARTMENT = "no_department"
    UNKNOWN_DEPARTMENT = "unknown_department"


@dataclass(frozen=True)
class RowProblem:
    """A fault of the row at ``index`` (from 0)."""

    index: int
    fault: RowFault
    value: str = ""


def check_people(rows: list[PersonRow], department_codes: frozenset[str]) -> list[RowProblem]:
    """Everything that keeps this list from being taken over, in the order of the rows."""
    repeats = Counter(username_of(row.code) for row in rows)
    return [
        RowProblem(index, fault, value)
        for index, row in enumerate(rows)
        for fault, value in _row_faults(row, department_codes, repeats[username_of(row.code)] > 1)
    ]


def _row_faults(row: PersonRow, department_codes: frozenset[str], is_repeated: bool):
    code, name = username_of(row.code), tidy(row.full_name)
    if not code:
        yield RowFault.NO_CODE, ""
    elif len(code) > CODE_LENGTH:
        yield RowFault.LONG_CODE, row.code
    elif is_repeated:
        yield RowFault.REPEATED_CODE, row.code
    if not name:
        yield RowFault.NO_NAME, row.code
    elif len(name) > NAME_LENGTH:
        yield RowFault.LONG_NAME, row.code
    if row.birth_date and not is_birth_date(row.birth_date):
        yield RowFault.BAD_BIRTH_DATE, row.birth_date
    if row.gender and row.gender not in tuple(Gender):
        yield RowFault.BAD_GENDER, row.gender
    if row.email and not is_email(row.email):
        yield RowFault.BAD_EMAIL, row.email
    if not row.roles:
        yield RowFault.NO_ROLE, row.code
    if Role.DEPARTMENT_HEAD in row.roles and not row.department_codes:
        yield RowFault.NO_DEPARTMENT, row.code
    for unknown in set(row.department_codes) - department_codes:
        yield RowFault.UNKNOWN_DEPARTMENT, unknown


def is_email(value: str) -> bool:
    """Whether this looks like an address of mail: enough to catch a slip, not to judge every lawful one."""
    return len(value) <= 254 and bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value))
