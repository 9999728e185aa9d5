"""The charts of items: where they lie, who chose what, and how they did from exam to exam."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _

from exambank.analysis import charts, rules
from exambank.analysis.models import AnalysisItem
from exambank.analysis.pictures.picture import Picture, interval, percent_interval, short
from exambank.analysis.rules.pooling import Estimate
from exambank.analysis.service import wording
from exambank.analysis.service.reading import ItemReport
from exambank.psychometrics.intervals import wilson


@dataclass(frozen=True)
class ItemMap(Picture):
    """The map of items, with what a page needs to let it be explored: the item of each row, the edges of the zone."""

    drawn: Sequence[AnalysisItem]
    limits: tuple[float, float] = (rules.HARD, rules.EASY)
    floor: float = rules.ACCEPTABLE_D


def item_map(items: list[AnalysisItem], here: AnalysisItem | None = None) -> ItemMap:
    """Difficulty against discrimination of all judged items, and where this one lies."""
    shown = [
        item
        for item in items
        if item.figures["d27"] is not None and (item.n >= rules.MINIMUM_N or (here and item.id == here.id))
    ]
    shown.sort(key=lambda one: one.item_version.item.code)
    points = [_point(item, here) for item in shown]
    inside = sum(rules.is_sound(point.difficulty, point.discrimination) for point in points)
    svg = charts.item_map(
        points,
        limits=(rules.HARD, rules.EASY),
        floor=rules.ACCEPTABLE_D,
        words=charts.MapWords(_("hard"), _("medium"), _("easy"), _("this item")),
        number=short,
        title=_("Difficulty and discrimination"),
        finding=_("%(inside)s of %(count)s items lie in the shaded zone.", inside=inside, count=len(points)),
    )
    headers = (_("Item"), _("Difficulty p"), _("Interval"), _("Discrimination D"), _("Interval"))
    rows = [
        (
            item.item_version.item.code, wording.show_number(item.figures["difficulty"]),
            interval(item.figures["difficulty_ci"]), wording.show_number(item.figures["d27"]),
            interval(item.figures["d27_ci"]),
        )
        for item in shown
    ]  # fmt: skip
    return ItemMap(svg, headers, rows, shown)


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


def option_curves(item: AnalysisItem) -> Picture | None:
    """Who chose which option, from the weakest to the strongest group; None where too few candidates met the item."""
    rows = [row for row in item.options if row["token"] and row["by_group"]]
    if item.n < rules.MINIMUM_N or not rows:
        return None
    suspects = {token for flag in item.figures["flags"] if flag["code"] == "miskey" for token in flag["options"]}
    curves = [_curve(row, suspects) for row in rows]
    groups = _group_names(len(rows[0]["group_sizes"]))
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
    svg = charts.option_curves(
        curves, groups, percent=wording.show_percent, title=_("Who chose which option"), finding=told
    )
    table = [(curve.label, *(wording.show_percent(share) for share in curve.shares)) for curve in curves]
    return Picture(svg, (_("Option"), *groups), table)


def _group_names(count: int) -> list[str]:
    """Groups of candidates by their score, the weakest first."""
    groups = [str(number) for number in range(1, count + 1)]
    groups[0], groups[-1] = _("%(number)s weakest", number=1), _("%(number)s best", number=count)
    return groups


def key_curve(item: AnalysisItem) -> Picture | None:
    """Who got it right, group by group, each share with its interval; only where one of several options is right."""
    keys = [row for row in item.options if row["is_key"] and row["by_group"]]
    if item.n < rules.MINIMUM_N or len(keys) != 1 or item.figures["kind"] not in {"single_choice", "true_false"}:
        return None
    sizes, names = keys[0]["group_sizes"], _group_names(len(keys[0]["group_sizes"]))
    spots, rows = [], []
    for at, (count, size) in enumerate(zip(keys[0]["by_group"], sizes, strict=True)):
        if not size:
            continue
        share = min(count / size, 1.0)
        ends = wilson(share, size)
        told = f"{wording.show_percent(share)} ({percent_interval((ends.low, ends.high))})"
        spots.append(charts.Spot(at, share, ends.low, ends.high, f"{names[at]}: {told}"))
        rows.append((names[at], wording.show_number(size, 0), wording.show_percent(share),
                     percent_interval((ends.low, ends.high))))  # fmt: skip
    if len(spots) < 2:
        return None
    svg = charts.response_curve(
        spots, ticks=list(enumerate(names)), x_range=(-0.35, len(names) - 0.65),
        x_label=_("groups of candidates by their score on the other items"), percent=wording.show_percent,
        title=_("Who got it right"), finding="; ".join(spot.told for spot in spots),
    )  # fmt: skip
    return Picture(svg, (_("Group"), _("Candidates"), _("Right"), _("Interval")), rows)


def _curve(row: dict, suspects: set[str]) -> charts.Curve:
    shares = [count / size if size else None for count, size in zip(row["by_group"], row["group_sizes"], strict=True)]
    label = _("%(letter)s, key", letter=row["letter"]) if row["is_key"] else row["letter"]
    return charts.Curve(label, shares, is_key=row["is_key"], is_suspect=row["token"] in suspects)


def intervals(report: ItemReport, figure: str, pooled: Estimate | None) -> Picture | None:
    """One figure of this item through its exams, each with its interval; last what its own answers say together."""
    rows = [item for item in report.exams if item.figures[f"{figure}_ci"]]
    if not rows:
        return None
    spans = [_span(item, figure) for item in rows]
    if pooled and len(rows) > 1:
        ends = pooled.own, pooled.own_low, pooled.own_high
        spans.append(charts.Span(_("All together"), str(pooled.n), *ends, is_total=True))
    is_share = figure == "difficulty"
    lows, highs = [span.low for span in spans], [span.high for span in spans]
    told = "; ".join(
        f"{span.label}: {wording.show_number(span.value)} ({wording.show_interval([span.low, span.high])})"
        for span in spans
    )
    svg = charts.interval_chart(
        spans,
        domain=(0.0, 1.0) if is_share else (min(-0.2, *lows), max(0.6, *highs)),
        thresholds=(rules.HARD, rules.EASY) if is_share else (0.0, rules.ACCEPTABLE_D),
        number=wording.show_number,
        limit_number=short,
        title=_("Difficulty, exam by exam") if is_share else _("Correlation with the rest, exam by exam"),
        finding=told,
    )
    table = [
        (span.label, span.note, wording.show_number(span.value), interval((span.low, span.high))) for span in spans
    ]
    return Picture(svg, (_("Exam"), _("Candidates"), _("Value"), _("Interval")), table)


def _span(item: AnalysisItem, figure: str) -> charts.Span:
    low, high = item.figures[f"{figure}_ci"]
    exam = item.run.exam
    held = format_date(exam.opens_at, "dd/MM/yyyy")
    if exam.offering and len(exam.offering.cohort.code) <= 8:  # longer ones would run into the figures
        held = f"{held}, {exam.offering.cohort.code}"
    return charts.Span(held, str(item.n), item.figures[figure], low, high)
