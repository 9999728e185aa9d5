"""What marks on different papers amount to on one scale, beside the marks themselves: advice, never a mark."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from exambank.accounts.models import User
from exambank.analysis.models import AnalysisCandidate, AnalysisRun
from exambank.assembly.models import ExamPaper
from exambank.db import db
from exambank.marking.models import SittingMark
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

    @property
    def difference(self) -> float:
        """Above 0 where the paper was harder than the others."""
        return self.advised - self.earned


def list_advised(run: AnalysisRun) -> list[AdvisedMark]:
    """By name; empty where everybody had the same items or the data allow no common scale."""
    query = (
        select(
            User.full_name, User.code, ExamPaper.code, Sitting.public_id, SittingMark.scaled,
            AnalysisCandidate.raw_share * float(run.summary["scale_max"]), AnalysisCandidate.advised_mark,
            AnalysisCandidate.theta, AnalysisCandidate.se,
        )
        .join(Sitting, Sitting.id == AnalysisCandidate.sitting_id)
        .join(User, User.id == Sitting.user_id)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .join(SittingMark, SittingMark.sitting_id == Sitting.id)
        .where(AnalysisCandidate.run_id == run.id, SittingMark.scaled.is_not(None))
        .order_by(User.sort_key, User.id)
    )  # fmt: skip
    return [AdvisedMark(*row) for row in db.session.execute(query)]


def papers_of(rows: list[AdvisedMark]) -> list[tuple[str, int, float]]:
    """By paper: how many candidates, and by how much the advice lies above their marks on average."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row.paper, []).append(row.difference)
    return [(paper, len(own), sum(own) / len(own)) for paper, own in sorted(found.items())]
