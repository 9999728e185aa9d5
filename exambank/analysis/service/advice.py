"""What marks on different papers amount to on one scale, beside the marks themselves: advice, never a mark."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select

from exambank.accounts.models import User
from exambank.analysis import rules
from exambank.analysis.models import AnalysisCandidate, AnalysisRun
from exambank.assembly.models import ExamPaper
from exambank.db import db
from exambank.marking.models import SittingMark
from exambank.psychometrics import Interval
from exambank.sittings.models import Sitting


@dataclass(frozen=True)
class AdvisedMark:
    """One candidate's mark as it stands now, and what its points would be on all items of the exam."""

    name: str
    code: str
    paper: str
    sitting: str  # public id
    mark: Decimal
    earned: float  # on the own paper: not rounded, and without what was credited to everybody
    advised: float
    theta: float
    se: float
    advised_se: float | None
    scale_max: float

    @cached_property
    def interval(self) -> Interval | None:
        """Between which marks the advice lies, by the chance in the candidate's own answers; None where untold."""
        error = self.advised_se and self.advised_se / self.scale_max
        found = rules.advised_interval(self.advised / self.scale_max, error)
        return found and Interval(found.low * self.scale_max, found.high * self.scale_max, found.confidence)

    @property
    def is_within_chance(self) -> bool | None:
        """Whether what the paper made of the mark is less than chance may make of it; None without an interval."""
        interval = self.interval
        return interval and interval.low <= self.earned <= interval.high

    @property
    def difference(self) -> float:
        """Above 0 where the paper was harder than the others."""
        return self.advised - self.earned


def list_advised(run: AnalysisRun) -> list[AdvisedMark]:
    """By name; empty where everybody had the same items or the data allow no common scale."""
    scale_max = float(run.summary["scale_max"])
    query = (
        select(
            User.full_name, User.code, ExamPaper.code, Sitting.public_id, SittingMark.scaled,
            AnalysisCandidate.raw_share * scale_max, AnalysisCandidate.advised_mark, AnalysisCandidate.theta,
            AnalysisCandidate.se, AnalysisCandidate.advised_se,
        )
        .join(Sitting, Sitting.id == AnalysisCandidate.sitting_id)
        .join(User, User.id == Sitting.user_id)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .join(SittingMark, SittingMark.sitting_id == Sitting.id)
        .where(AnalysisCandidate.run_id == run.id, SittingMark.scaled.is_not(None))
        .order_by(User.sort_key, User.id)
    )  # fmt: skip
    return [AdvisedMark(*row, scale_max) for row in db.session.execute(query)]


def papers_of(rows: list[AdvisedMark]) -> list[tuple[str, int, float]]:
    """By paper: how many candidates, and by how much the advice lies above their marks on average."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row.paper, []).append(row.difference)
    return [(paper, len(own), sum(own) / len(own)) for paper, own in sorted(found.items())]
