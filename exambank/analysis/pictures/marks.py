"""How the marks are spread: over the bands people speak of, and in fine steps."""

from collections.abc import Sequence

from flask_babel import gettext as _

from exambank.analysis import charts
from exambank.analysis.models import AnalysisRun
from exambank.analysis.pictures.picture import Picture, short
from exambank.analysis.service import wording

STEPS = 20  # of half a point on a scale of ten


def distribution(run: AnalysisRun) -> Picture:
    """How the marks are spread over the bands."""
    labels, counts = wording.band_labels(run.summary), run.summary["bands"]
    bars = [charts.Bar(label, count) for label, count in zip(labels, counts, strict=True)]
    told = ", ".join(f"{bar.label}: {bar.count}" for bar in bars)
    total = sum(counts) or 1
    rows = [(bar.label, str(bar.count), wording.show_percent(bar.count / total)) for bar in bars]
    return Picture(
        charts.bands_chart(bars, title=_("Marks by band"), finding=told), (_("Band"), _("Marks"), _("Share")), rows
    )


def fine_distribution(run: AnalysisRun, marks: Sequence[float]) -> Picture | None:
    """Phổ điểm: the marks in twenty steps of the scale; None without marks."""
    if not marks:
        return None
    scale, pass_mark = float(run.summary["scale_max"]), float(run.summary["pass_mark"])
    counts = count_steps(marks, scale)
    steps = [charts.Step(at * scale / STEPS, count) for at, count in enumerate(counts)]
    most = max(range(STEPS), key=lambda at: counts[at])
    told = _(
        "Most marks (%(count)s) lie between %(low)s and %(high)s.",
        count=counts[most], low=_mark(steps[most].low), high=_mark(steps[most].low + scale / STEPS),
    )  # fmt: skip
    svg = charts.histogram(
        steps, scale_max=scale, pass_mark=pass_mark, pass_label=_("passes from %(mark)s", mark=_mark(pass_mark)),
        number=lambda value: wording.show_number(value, 0 if scale >= 10 else 1), title=_("Marks in fine steps"),
        finding=told,
    )  # fmt: skip
    rows = [
        (_("%(low)s to below %(high)s", low=_mark(step.low), high=_mark(step.low + scale / STEPS)), str(step.count))
        for step in steps[:-1]
    ]
    rows.append((_("%(low)s to %(high)s", low=_mark(steps[-1].low), high=_mark(scale)), str(steps[-1].count)))
    return Picture(svg, (_("Mark"), _("Candidates")), rows)


def count_steps(marks: Sequence[float], scale_max: float) -> list[int]:
    """How many marks lie in each step; the highest mark belongs to the last, as it ends there."""
    counts = [0] * STEPS
    for mark in marks:
        # marks have one decimal or two: a rounding error must not move 6.5 into the step below
        counts[min(max(int(mark / scale_max * STEPS + 1e-9), 0), STEPS - 1)] += 1
    return counts


def _mark(value: float) -> str:
    return short(value)
