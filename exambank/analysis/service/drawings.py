"""The charts of a report for paper: the same drawings as on the page, as text."""

from collections.abc import Sequence

from exambank.analysis import pictures, rules
from exambank.analysis.service import scales
from exambank.analysis.service.reading import Report


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
