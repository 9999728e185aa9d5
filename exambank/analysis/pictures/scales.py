"""Candidates and items on one scale of ability: what calibration adds to a report."""

from bisect import bisect_right
from collections.abc import Sequence
from math import sqrt

from flask_babel import gettext as _

from exambank.analysis import charts
from exambank.analysis.pictures.picture import Picture, percent_interval, short
from exambank.analysis.service import wording
from exambank.analysis.service.scales import Curve, Group

LOWEST, HIGHEST, STEP = -3.0, 3.0, 0.5
GRID = [at / 10 for at in range(-40, 41)]


def response_curve(curve: Curve, groups: Sequence[Group]) -> Picture | None:
    """The model's curve of one item, and what groups of candidates of like ability really did; None without groups."""
    if len(groups) < 2:
        return None
    spots = [charts.Spot(one.ability, one.share, one.low, one.high, _told(one)) for one in groups]
    svg = charts.response_curve(
        spots, curve=[(theta, curve.chance(theta)) for theta in GRID],
        ticks=[(theta, wording.show_number(theta, 0)) for theta in range(-4, 5)],
        x_range=(-4.0, 4.0), x_label=_("ability"), curve_label=_("model"), percent=wording.show_percent,
        title=_("Response curve"), finding="; ".join(spot.told for spot in spots),
    )  # fmt: skip
    headers = (_("Ability"), _("Candidates"), _("Right"), _("Interval"), _("Model"))
    rows = [
        (
            short(one.ability), str(one.n), wording.show_percent(one.share), percent_interval((one.low, one.high)),
            wording.show_percent(curve.chance(one.ability)),
        )
        for one in groups
    ]  # fmt: skip
    return Picture(svg, headers, rows)


def _told(group: Group) -> str:
    return _(
        "ability %(ability)s: %(share)s of %(count)s candidates",
        ability=short(group.ability), share=wording.show_percent(group.share), count=group.n,
    )  # fmt: skip


def wright_map(abilities: Sequence[float], curves: Sequence[tuple[str, Curve]]) -> Picture | None:
    """Candidates against items: whether the paper is as hard as the candidates are able; None where either lacks."""
    if not abilities or not curves:
        return None
    limits = [LOWEST + STEP * at for at in range(1, round((HIGHEST - LOWEST) / STEP))]
    candidates = [0] * (len(limits) + 1)
    for theta in abilities:
        candidates[bisect_right(limits, theta)] += 1
    items: list[list[str]] = [[] for _limit in candidates]
    for code, curve in sorted(curves, key=lambda one: (one[1].b, one[0])):
        items[bisect_right(limits, curve.b)].append(code)
    levels = [
        charts.Level(LOWEST + STEP * at + STEP / 2, count, codes)
        for at, (count, codes) in enumerate(zip(candidates, items, strict=True))
    ]
    mean_ability = sum(abilities) / len(abilities)
    mean_item = sum(curve.b for _code, curve in curves) / len(curves)
    told = _(
        "Candidates lie at %(ability)s on average, items at %(difficulty)s.",
        ability=wording.show_number(mean_ability), difficulty=wording.show_number(mean_item),
    )  # fmt: skip
    svg = charts.wright_map(
        levels, words=charts.WrightWords(_("candidates"), _("items")), number=_axis,
        title=_("Candidates and items on one scale"), finding=told,
    )  # fmt: skip
    rows = [
        (_step(at, len(levels)), str(level.candidates), str(len(level.items)), ", ".join(level.items))
        for at, level in enumerate(levels)
    ]
    return Picture(svg, (_("Ability"), _("Candidates"), _("Items"), _("Which items")), rows[::-1])


def _step(at: int, count: int) -> str:
    low, high = LOWEST + STEP * at, LOWEST + STEP * (at + 1)
    if at == 0:
        return _("below %(high)s", high=short(high))
    if at == count - 1:
        return _("from %(low)s on", low=short(low))
    return _("%(low)s to below %(high)s", low=short(low), high=short(high))


def information_curve(curves: Sequence[Curve]) -> Picture | None:
    """How much these items together tell at each ability, and the error they leave; None without calibrated items."""
    if not curves:
        return None
    points = []
    for theta in GRID:
        total = sum(curve.information(theta) for curve in curves)
        points.append(charts.Precision(theta, total, 1 / sqrt(total) if total > 1e-9 else None))
    best = max(points, key=lambda one: one.information)
    told = _(
        "It tells most about candidates around %(theta)s; the error of an ability is %(error)s there.",
        theta=short(best.theta), error=wording.show_number(best.error),
    )  # fmt: skip
    svg = charts.information_curve(
        points, words=charts.InformationWords(_("information"), _("standard error (dashed)"), _("ability")),
        number=_axis, title=_("How much the paper tells"), finding=told,
    )  # fmt: skip
    rows = [
        (short(one.theta), wording.show_number(one.information), wording.show_number(one.error)) for one in points[::10]
    ]
    return Picture(svg, (_("Ability"), _("Information"), _("Standard error")), rows)


def _axis(value: float) -> str:
    return wording.show_number(value, 0 if abs(value - round(value)) < 1e-9 else 1)
