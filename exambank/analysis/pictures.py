"""The charts of a report with their words: what ``charts`` draws, told in the reader's language."""

from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from exambank.analysis import charts, rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.service import wording
from exambank.analysis.service.reading import ItemReport


def distribution(run: AnalysisRun) -> Markup:
    """How the marks are spread over the bands."""
    labels, counts = wording.band_labels(run.summary), run.summary["bands"]
    bars = [charts.Bar(label, count) for label, count in zip(labels, counts, strict=True)]
    told = ", ".join(f"{bar.label}: {bar.count}" for bar in bars)
    return charts.bands_chart(bars, title=_("Marks by band"), finding=told)


def _number(value: float) -> str:
    return wording.show_number(value, 1)


def item_map(items: list[AnalysisItem], here: AnalysisItem | None = None) -> Markup:
    """Difficulty against discrimination of all judged items, and where this one lies."""
    points = [
        _point(item, here)
        for item in items
        if item.figures["d27"] is not None and (item.n >= rules.MINIMUM_N or (here and item.id == here.id))
    ]
    inside = sum(rules.is_sound(point.difficulty, point.discrimination) for point in points)
    return charts.item_map(
        points,
        limits=(rules.HARD, rules.EASY),
        floor=rules.ACCEPTABLE_D,
        words=charts.MapWords(_("hard"), _("medium"), _("easy"), _("this item")),
        number=_number,
        title=_("Difficulty and discrimination"),
        finding=_("%(inside)s of %(count)s items lie in the shaded zone.", inside=inside, count=len(points)),
    )


def _point(item: AnalysisItem, here: AnalysisItem | None) -> charts.Point:
    figures = item.figures
    code = item.item_version.item.code
    words = _(
        "%(code)s: difficulty %(p)s, discrimination %(d)s",
        code=code,
        p=wording.show_number(figures["difficulty"]),
        d=wording.show_number(figures["d27"]),
    )
    return charts.Point(
        words,
        figures["difficulty"],
        figures["d27"],
        is_trouble=figures["d27"] < rules.ACCEPTABLE_D,
        is_here=here is not None and item.id == here.id,
        difficulty_ci=tuple(figures["difficulty_ci"]) if figures["difficulty_ci"] else None,
        discrimination_ci=tuple(figures["d27_ci"]) if figures["d27_ci"] else None,
    )


def option_curves(item: AnalysisItem) -> Markup | None:
    """Who chose which option, from the weakest to the strongest group; None where too few candidates met the item."""
    rows = [row for row in item.options if row["token"] and row["by_group"]]
    if item.n < rules.MINIMUM_N or not rows:
        return None
    suspects = {token for flag in item.figures["flags"] if flag["code"] == "miskey" for token in flag["options"]}
    curves = [_curve(row, suspects) for row in rows]
    count = len(rows[0]["group_sizes"])
    groups = [str(number) for number in range(1, count + 1)]
    groups[0], groups[-1] = _("%(number)s weakest", number=1), _("%(number)s best", number=count)
    keys = [curve for curve, row in zip(curves, rows, strict=True) if row["is_key"]]
    told = "; ".join(
        _(
            "%(label)s: %(low)s of the weakest group, %(high)s of the best",
            label=curve.label,
            low=wording.show_percent(curve.shares[0]),
            high=wording.show_percent(curve.shares[-1]),
        )
        for curve in (keys or curves)
    )
    return charts.option_curves(
        curves, groups, percent=wording.show_percent, title=_("Who chose which option"), finding=told
    )


def _curve(row: dict, suspects: set[str]) -> charts.Curve:
    shares = [count / size if size else None for count, size in zip(row["by_group"], row["group_sizes"], strict=True)]
    label = _("%(letter)s, key", letter=row["letter"]) if row["is_key"] else row["letter"]
    return charts.Curve(label, shares, is_key=row["is_key"], is_suspect=row["token"] in suspects)


def intervals(report: ItemReport, figure: str) -> Markup | None:
    """One figure of this item through its exams, each with its interval, the pooled one last."""
    rows = [item for item in report.exams if item.figures[f"{figure}_ci"]]
    if not rows:
        return None
    spans = [_span(item, figure) for item in rows]
    pool = rules.pool_shares if figure == "difficulty" else rules.pool_correlations
    pooled = pool([(item.n, item.figures[figure]) for item in rows]) if len(rows) > 1 else None
    if pooled:
        spans.append(charts.Span(_("All together"), str(pooled[0]), *pooled[1:], is_total=True))
    is_share = figure == "difficulty"
    lows, highs = [span.low for span in spans], [span.high for span in spans]
    told = "; ".join(
        f"{span.label}: {wording.show_number(span.value)} ({wording.show_interval([span.low, span.high])})"
        for span in spans
    )
    return charts.interval_chart(
        spans,
        domain=(0.0, 1.0) if is_share else (min(-0.2, *lows), max(0.6, *highs)),
        thresholds=(rules.HARD, rules.EASY) if is_share else (0.0, rules.ACCEPTABLE_D),
        number=wording.show_number,
        limit_number=_number,
        title=_("Difficulty, exam by exam") if is_share else _("Correlation with the rest, exam by exam"),
        finding=told,
    )


def _span(item: AnalysisItem, figure: str) -> charts.Span:
    low, high = item.figures[f"{figure}_ci"]
    exam = item.run.exam
    held = format_date(exam.opens_at, "dd/MM/yyyy")
    if exam.offering and len(exam.offering.cohort.code) <= 8:  # longer ones would run into the figures
        held = f"{held}, {exam.offering.cohort.code}"
    return charts.Span(held, str(item.n), item.figures[figure], low, high)
