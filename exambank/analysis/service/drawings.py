"""The charts of reports for paper: the same drawings as on the pages."""

from collections.abc import Sequence

from exambank.analysis import pictures, rules
from exambank.analysis.pictures import Picture
from exambank.analysis.pictures.picture import interval, percent_interval
from exambank.analysis.rules import Pooled
from exambank.analysis.service import scales
from exambank.analysis.service.reading import ItemReport, Report

__all__ = ["Picture", "drawings_of", "interval", "percent_interval", "pictures_of"]


def drawings_of(report: Report, marks: Sequence[float]) -> dict[str, str]:
    """By name, as SVG, in the language asked for by the caller: bands, marks, map, wright, information; those that
    exist.
    """
    curves = scales.curves_of(report.items)
    placed = scales.place_candidates(report.run, scales.curves_by_version(report.items))
    has_map = any(item.n >= rules.MINIMUM_N for item in report.items)
    drawn = {
        "bands": pictures.distribution(report.run),
        "marks": pictures.fine_distribution(report.run, marks),
        "map": pictures.item_map(report.items) if has_map else None,
        "wright": pictures.wright_map(placed.thetas.tolist(), curves) if placed else None,
        "information": pictures.information_curve([curve for _code, curve in curves]),
    }
    return {name: str(picture.svg) for name, picture in drawn.items() if picture is not None}


def pictures_of(report: ItemReport, pooled: Pooled | None) -> dict[str, Picture]:
    """The charts of one item, those that there is enough data for: options, key, response, map, difficulty, rest."""
    item, curve = report.item, scales.curve_of(report.item)
    placed = scales.place_candidates(item.run, scales.curves_by_version(report.neighbours)) if curve else None
    groups = scales.groups_by_ability(placed.answers_to(item.item_version_id)) if placed else []
    drawn = {
        "options": pictures.option_curves(item),
        "key": pictures.key_curve(item),
        "response": pictures.response_curve(curve, groups) if curve and groups else None,
        "map": pictures.item_map(report.neighbours, item),
        "difficulty": pictures.intervals(report, "difficulty", pooled and pooled.difficulty),
        "rest": pictures.intervals(report, "item_rest", pooled and pooled.discrimination),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}
