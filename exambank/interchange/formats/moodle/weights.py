"""PURE. Moodle's fractions: percent as it writes them, shares as we keep them, and which of our rules they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from exambank.bank import rules

# Moodle refuses an import whose fraction is not one of these within 0.00001 (question_bank::fraction_options_full)
LISTED = tuple(
    Fraction(*pair)
    for pair in (
        (1, 1), (9, 10), (5, 6), (4, 5), (3, 4), (7, 10), (2, 3), (3, 5), (1, 2), (2, 5), (1, 3), (3, 10), (1, 4),
        (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 10), (1, 20), (0, 1),
    )
)  # fmt: skip
_SNAP = Fraction(35, 10_000)  # "33" and "33.3" mean a third, "67" two thirds
_ALIKE = Fraction(5, 1000)


@lru_cache(maxsize=512)
def read_percent(written: str) -> Fraction | None:
    """The share that a percent means ("33.33333", "-50", "33,3"), exact where Moodle has a name for it."""
    if len(written) > 40:
        return None
    try:
        number = Decimal(written.strip().rstrip("%").strip().replace(",", "."))
    except (InvalidOperation, AttributeError):
        return None
    if not number.is_finite() or abs(number.adjusted()) > 20 or abs(number) > 10_000:
        return None
    share = Fraction(number) / 100
    nearest = _nearest(abs(share))
    if abs(abs(share) - nearest) <= _SNAP:
        return nearest if share >= 0 else -nearest
    return share


@lru_cache(maxsize=512)
def share_figure(share: Fraction) -> str:
    """A share as a content keeps it: at most six decimals ("0.333333")."""
    rounded = (Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    figure = format(rounded, "f").rstrip("0").rstrip(".")
    return figure or "0"


@lru_cache(maxsize=512)
def percent_figure(share: Fraction) -> tuple[str, bool]:
    """The percent of Moodle's list nearest to a share, and whether it is that share."""
    nearest = _nearest(abs(share))
    is_exact = abs(abs(share) - nearest) < Fraction(1, 100_000)
    percent = (Decimal(nearest.numerator) * 100 / Decimal(nearest.denominator)).quantize(
        Decimal("0.00001"), ROUND_HALF_UP
    )
    figure = format(percent, "f").rstrip("0").rstrip(".") or "0"
    return (f"-{figure}" if share < 0 and figure != "0" else figure), is_exact


def _nearest(share: Fraction) -> Fraction:
    return min(LISTED, key=lambda listed: abs(listed - share))


@dataclass(frozen=True)
class Choice:
    """What the fractions of a choice item say: which options are right, how it is scored, and whether that is all."""

    kind: str
    keys: tuple[bool, ...]
    scoring: dict
    code: str = ""  # why it is not all: scoring_simplified, several_full, read_as_multiple, part_credit


def read_choice(shares: Sequence[Fraction], is_single: bool) -> Choice:
    """The kind, the keys and the scoring that the options' shares mean."""
    right = [share for share in shares if share > 0]
    if not is_single:
        return _multiple(shares)
    full = sum(share >= Fraction(99, 100) for share in shares)
    if full == 0 and len(right) > 1 and abs(sum(right) - 1) < Fraction(2, 100):
        found = _multiple(shares)
        return Choice(found.kind, found.keys, found.scoring, "moodle_read_as_multiple")
    if full > 1:
        keys = tuple(share >= Fraction(99, 100) for share in shares)
        return Choice("multiple_choice", keys, {"rule": "all_or_nothing", "lower_bound": "0"}, "moodle_several_full")
    return _single(shares, right)


def _single(shares: Sequence[Fraction], right: list[Fraction]) -> Choice:
    best = max(right, default=None)
    place = next((place for place, share in enumerate(shares) if share == best), None)
    wrong = [share for share in shares if share <= 0]
    cost = max(set(wrong), key=lambda one: (wrong.count(one), one), default=Fraction(0))
    code = ""
    if len(right) > 1:
        code = "moodle_part_credit"
    elif len(set(wrong)) > 1 or (best is not None and best < Fraction(99, 100)):
        code = "scoring_simplified"
    keys = tuple(place == one for one in range(len(shares)))
    return Choice("single_choice", keys, {"wrong": share_figure(min(-cost, Fraction(1)))}, code)


def _multiple(shares: Sequence[Fraction]) -> Choice:
    keys = tuple(share > 0 for share in shares)
    right, wrong = [share for share in shares if share > 0], [-share for share in shares if share <= 0]
    rule, cost = _rule(len(right), wrong)
    fair = Fraction(1, len(right)) if right else Fraction(0)
    is_all = all(abs(share - fair) <= _ALIKE for share in right) and all(abs(one - cost) <= _ALIKE for one in wrong)
    scoring = {"rule": rule, "lower_bound": "0"}
    return Choice("multiple_choice", keys, scoring, "" if is_all or not right else "scoring_simplified")


def _rule(right: int, wrong: list[Fraction]) -> tuple[str, Fraction]:
    """The rule whose cost of a wrong choice is nearest to what the file takes, and that cost."""
    if not right or not wrong:
        return "none", Fraction(0)
    mean = sum(wrong) / len(wrong)
    costs = {"none": Fraction(0), **rule_costs(right, len(wrong))}
    rule = min(costs, key=lambda name: abs(costs[name] - mean))
    return rule, costs[rule]


def rule_costs(right: int, wrong: int) -> dict[str, Fraction]:
    """What one wrong choice takes by each rule."""
    return {
        "false": Fraction(1, wrong or 1),
        "false2": Fraction(1, max(wrong, 2)),
        "true": Fraction(1, right or 1),
        "all": Fraction(1),
    }


def choice_shares(keys: Sequence[bool], rule: str) -> list[Fraction]:
    """The fractions that come nearest to a rule of ours; all or nothing, any wrong choice takes everything."""
    right = sum(keys)
    costs = {"none": Fraction(0), "all_or_nothing": Fraction(1), **rule_costs(right, len(keys) - right)}
    return [Fraction(1, right) if is_key else -costs[rule] for is_key in keys]


def written_shares(kind: str, keys: Sequence[bool], scoring: Mapping) -> list[Fraction]:
    """The fractions of a choice item with this scoring."""
    if kind == "multiple_choice":
        return choice_shares(keys, scoring["rule"])
    wrong = rules.read_number(scoring.get("wrong", "0"))
    return [Fraction(1) if is_key else -Fraction(wrong or 0) for is_key in keys]
