"""Whether the marks of an exam are still those that a run's figures rest on."""

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal

from exambank.analysis import rules
from exambank.analysis.models import AnalysisRun
from exambank.analysis.service.context import added_by_keys


def name_marks(marks: Iterable[Decimal | float], added: Mapping[tuple[int, int], Decimal]) -> str:
    """One name for the marks of an exam, in whatever order they come, and for the points that corrected keys added.

    Both are part of the data that a run is named by, so that another name always means another run.
    """
    lines = sorted(f"{mark:.4f}" for mark in marks)
    lines += sorted(f"{sitting_id}|{question}|{points:.4f}" for (sitting_id, question), points in added.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def are_marks_newer(run: AnalysisRun, marks: Iterable[float]) -> bool:
    """Whether marks have changed since the run: then the figures that read them live differ from the others.

    ``marks``: as they stand now. Runs that kept no name of theirs are told by the bands, which small changes escape.
    """
    known = run.summary.get("marks")
    if known is not None:
        return name_marks(marks, added_by_keys([run.exam_id])) != known
    scale, exact = Decimal(run.summary["scale_max"]), [Decimal(str(mark)) for mark in marks]
    return rules.band_counts(exact, scale) != list(run.summary["bands"])
