"""PURE. Numbers and shares as people write them in a cell."""

import re
from decimal import Decimal

from exambank.bank import rules

_SHARE = re.compile(r"\s*=\s*([\d.,]+)\s*%\s*$")


def figure(value: str) -> str:
    """A decimal string with a comma; what is no number stays as it is."""
    shown = value.replace(".", ",")
    number, again = rules.read_number(value), rules.read_number(shown)
    return shown if number is not None and number == again else value


def decimal_of(words: str) -> str:
    """A typed number as a decimal string; what is no number stays as it is."""
    number = rules.read_number(words.strip())
    return rules.write_number(number) if number is not None else words.strip()


def percent(share: str) -> str:
    """A share (0..1) as a percentage: "0.25" is "25%"; what is no number stays as it is."""
    number = rules.read_number(share)
    return f"{figure(rules.write_number(number * 100))}%" if number is not None else share


def share_of(words: str) -> str:
    """A percentage as a share: "25%" is "0.25"."""
    number = rules.read_number(words.strip().rstrip("%").strip())
    return rules.write_number(number / Decimal(100)) if number is not None else words.strip()


def with_share(words: str, share: str) -> str:
    """A text with its share behind it where it is not all; also where the text itself looks as if it had one."""
    return f"{words} = {percent(share)}" if share != "1" or _SHARE.search(words) else words


def split_share(words: str) -> tuple[str, str]:
    """The text and its share."""
    found = _SHARE.search(words)
    return (words[: found.start()].strip(), share_of(found[1])) if found else (words.strip(), "1")
