"""PURE. What stands above a table for the file of a school, and how its words are put."""

from dataclasses import dataclass
from decimal import Decimal

from exambank import text
from exambank.interchange.bank_sheet.kinds import WORDS
from exambank.interchange.blueprints.plan import tidy_points

ANY = "(bất kỳ)"
FAMILIES = {"essay": "TL", "oral": "Vấn đáp", "case": "Tình huống"}  # "VĐ" and "TH" would be levels


@dataclass(frozen=True)
class Heading:
    """The printed header: who issues it, for which module."""

    governing_body: str = ""
    school: str = ""
    department: str = ""
    module: str = ""  # "Học phần: Triết học Mác - Lênin (TH01), 3 tín chỉ"
    place: str = ""


def family_of(kind: str) -> str:
    """The column under a level: TN for what a machine marks, TL for what is written, and the others by name."""
    return FAMILIES.get(kind, "TN")


def kind_words(kind: str) -> str:
    """The Vietnamese name of a kind in files, which ``bank_sheet.kinds.read_kind`` reads back; "" stays "" (any)."""
    return WORDS[kind][0] if kind in WORDS else kind


def points_words(points: Decimal | None) -> str:
    """Points with a decimal comma; "" where there are none."""
    return "" if points is None else text.format_points(tidy_points(points), "vi")
