"""Groups beside one another, and a bank over time."""

from collections.abc import Sequence
from math import ceil, floor

from flask_babel import format_date
from flask_babel import gettext as _

from exambank.analysis import charts, rules
from exambank.analysis.groups import Compared
from exambank.analysis.pictures.picture import Picture, interval, percent_interval, short
from exambank.analysis.service import wording
from exambank.analysis.service.trends import TrendRow

LONGEST_NAME = 22


def comparison(groups: Sequence[Compared], whole: Compared, scale_max: float, title: str) -> Picture | None:
    """The mean of each group with its interval, beside the mean of all; None where no group is large enough."""
    shown = [group for group in groups if group.mean is not None]
    if not shown or whole.mean is None:
        return None
    spans = [_span(group, _cut(group.label)) for group in shown]
    spans.append(_span(whole, _("everybody"), is_total=True))
    low, high = min(span.low for span in spans), max(span.high for span in spans)
    svg = charts.interval_chart(
        spans, domain=(max(0.0, floor(low - 0.25)), min(scale_max, ceil(high + 0.25))), thresholds=(whole.mean,),
        number=wording.show_number, limit_number=wording.show_number, title=title,
        finding="; ".join(f"{span.label}: {wording.show_number(span.value)}" for span in spans),
    )  # fmt: skip
    rows = [
        (
            group.label, str(group.n), wording.show_number(group.mean), interval(group.mean_ci),
            wording.show_percent(group.pass_share), percent_interval(group.pass_ci),
        )
        for group in shown
    ]  # fmt: skip
    headers = (_("Group"), _("Candidates"), _("Mean"), _("Interval"), _("Passed"), _("Interval"))
    return Picture(svg, headers, rows)


def _cut(name: str) -> str:
    """A chart has little room for names; the table has them whole."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _span(group: Compared, label: str, *, is_total: bool = False) -> charts.Span:
    low, high = group.mean_ci or (group.mean, group.mean)
    return charts.Span(label, str(group.n), group.mean, low, high, is_total=is_total)


def trend(rows: Sequence[TrendRow], figure: str) -> Picture | None:
    """One figure of a bank from exam to exam: sound_share, difficulty or discrimination; None below two exams."""
    moments, table = [], []
    for row in rows:
        value, ends = _value(row, figure)
        if value is None:
            continue
        show = wording.show_percent if figure == "sound_share" else wording.show_number
        held, told = format_date(row.exam.opens_at, "MM/yyyy"), f"{row.exam.title}: {show(value)}"
        moments.append(charts.Moment(held, told, value, *(ends or (None, None))))
        shown = percent_interval(ends) if figure == "sound_share" else interval(ends)
        table.append((f"{row.exam.title}, {format_date(row.exam.opens_at, 'dd/MM/yyyy')}", show(value), shown))
    if len(moments) < 2:
        return None
    title, thresholds = {
        "sound_share": (_("Share of sound items"), (rules.SOUND_SHARE,)),
        "difficulty": (_("Mean difficulty"), (rules.HARD, rules.EASY)),
        "discrimination": (_("Mean discrimination"), (rules.ACCEPTABLE_D,)),
    }[figure]
    lowest = min([0.0, *(moment.low for moment in moments if moment.low is not None)])
    domain = (0.0, 1.0) if figure != "discrimination" else (min(floor(lowest * 5) / 5, 0.0), 0.8)
    steps = [at / 5 for at in range(round(domain[0] * 5), round(domain[1] * 5) + 1)]
    number = wording.show_percent if figure == "sound_share" else short
    svg = charts.trend_chart(
        moments, domain=domain, steps=steps, thresholds=thresholds, number=number, title=title,
        finding="; ".join(moment.told for moment in moments),
    )  # fmt: skip
    return Picture(svg, (_("Exam"), title, _("Interval")), table)


def _value(row: TrendRow, figure: str) -> tuple[float | None, tuple[float, float] | None]:
    if figure == "sound_share":
        return row.sound_share, row.sound_ci
    mean = row.difficulty if figure == "difficulty" else row.discrimination
    return mean.value, mean.interval
