"""The SVG writer: well-formed, told in words, nothing inline, nothing unescaped."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from exambank.analysis import charts


def number(value: float) -> str:
    return f"{value:.1f}"


WORDS = charts.MapWords("khó", "vừa", "dễ", "câu này")
POINTS = [
    charts.Point("C1", 0.5, 0.4),
    charts.Point("C2", 0.9, -0.3, is_trouble=True),
    charts.Point(
        "<C3>", 0.8, 0.1, is_trouble=True, is_here=True, difficulty_ci=(0.7, 0.9), discrimination_ci=(-0.1, 0.3)
    ),
]
CHARTS = {
    "bands": charts.bands_chart([charts.Bar("0-3,9", 3), charts.Bar("4-4,9", 0)], title="Phổ điểm", finding="3 bài"),
    "no bands": charts.bands_chart([], title="Phổ điểm", finding=""),
    "map": charts.item_map(
        POINTS, limits=(0.3, 0.7), floor=0.2, words=WORDS, number=number, title='"p" & <D>', finding="1 trên 3"
    ),
    "curves": charts.option_curves(
        [
            charts.Curve("A", [0.2, 0.3, 0.9], is_key=True),
            charts.Curve("B", [0.8, None, 0.1], is_suspect=True),
            charts.Curve("C", [None, None, None]),
        ],
        ["1", "2", "3"],
        percent=number,
        title="Ai chọn",
        finding="A tăng",
    ),
    "intervals": charts.interval_chart(
        [charts.Span("12/11/2026", "58", 0.4, 0.3, 0.5), charts.Span("Gộp", "168", 0.42, 0.35, 0.5, is_total=True)],
        domain=(0.0, 1.0),
        thresholds=(0.3, 0.7),
        number=number,
        limit_number=number,
        title="Độ khó",
        finding="0,42",
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_image_with_a_name_and_a_description(name):
    root = ElementTree.fromstring(CHARTS[name])
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert {child.tag.split("}")[1] for child in root} >= {"title", "desc"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_holds_nothing_inline(name):
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script|<style", CHARTS[name])


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_drawn_outside_the_picture(name):
    root = ElementTree.fromstring(CHARTS[name])
    _x, _y, width, height = (float(part) for part in root.get("viewBox").split())
    for element in root.iter():
        for attribute, most in {"x": width, "x1": width, "x2": width, "cx": width, "y": height, "y1": height}.items():
            assert -1 <= float(element.get(attribute, "0")) <= most + 1, (element.tag, element.attrib)


def test_what_people_typed_is_escaped():
    assert "<C3>" not in CHARTS["map"]
    assert "&lt;C3&gt;" not in CHARTS["map"]  # the item itself is named by the word for it
    assert "&#34;p&#34; &amp; &lt;D&gt;" in CHARTS["map"]


def test_thresholds_are_dashed_and_intervals_drawn():
    assert CHARTS["map"].count('class="eb-chart-threshold"') == 3
    assert CHARTS["map"].count('class="eb-chart-trouble"') == 2
    assert CHARTS["intervals"].count('class="eb-chart-interval"') == 1


def test_labels_at_the_ends_do_not_overlap():
    curves = [charts.Curve(letter, [0.5, 0.5]) for letter in "ABCD"]
    drawn = charts.option_curves(curves, ["1", "2"], percent=number, title="t", finding="f")
    heights = sorted(
        float(element.get("y")) for element in ElementTree.fromstring(drawn).iter() if element.text in set("ABCD")
    )
    assert all(below - above >= 14 for above, below in pairwise(heights))
