"""The further charts: fine steps of marks, response curves, abilities beside items, information, trends."""

import re
from xml.etree import ElementTree

import pytest

from exambank.analysis import charts

WORDS = charts.WrightWords("thí sinh", "câu hỏi")
CURVES = charts.InformationWords("lượng thông tin", "sai số", "năng lực")


def number(value: float) -> str:
    return f"{value:.1f}"


SPOTS = [charts.Spot(at, 0.2 + 0.2 * at, 0.1 + 0.2 * at, 0.3 + 0.2 * at, f"<{at}>") for at in range(4)]
LEVELS = [charts.Level(-2.75 + at * 0.5, at, [f"C{one}" for one in range(2 * at)]) for at in range(12)]
CHARTS = {
    "histogram": charts.histogram(
        [charts.Step(at * 0.5, at % 4) for at in range(20)], scale_max=10, pass_mark=5, pass_label="đạt từ 5 & hơn",
        number=number, title="Phổ điểm", finding="nhiều nhất ở 5",
    ),
    "no marks": charts.histogram([], scale_max=4, pass_mark=1, pass_label="1", number=number, title="P", finding=""),
    "response": charts.response_curve(
        SPOTS, ticks=[(0, "yếu"), (3, "khá")], x_range=(-0.5, 3.5), x_label="nhóm", percent=number, title="Ai đúng",
        finding="tăng dần",
    ),
    "modelled": charts.response_curve(
        SPOTS, curve=[(x / 10, 1 / (1 + 2.7 ** (-x / 10))) for x in range(-60, 61)], ticks=[(0, "0")],
        x_range=(-4, 4), x_label="năng lực", curve_label="mô hình", percent=number, title="Đường cong", finding="khớp",
    ),
    "wright": charts.wright_map(LEVELS, words=WORDS, number=number, title="Một thang", finding="thí sinh ở 0,5"),
    "information": charts.information_curve(
        [charts.Precision(x / 10, 4.2 - abs(x) / 10, 0.5) for x in range(-40, 41)]
        + [charts.Precision(4.1, 0.0, None)],
        words=CURVES, number=number, title="Thông tin", finding="nhiều nhất ở 0",
    ),
    "no information": charts.information_curve([], words=CURVES, number=number, title="T", finding=""),
    "trend": charts.trend_chart(
        [charts.Moment(f"{at:02d}/2026", f"kỳ <{at}>", 0.4, 0.3, 0.5) for at in range(9)]
        + [charts.Moment("10/2026", "một mình", 0.9)],
        domain=(0, 1), steps=(0, 0.5, 1), thresholds=(0.3, 0.7), number=number, title="Xu hướng", finding="đứng yên",
    ),
    "no trend": charts.trend_chart(
        [], domain=(0, 1), steps=(0, 1), thresholds=(), number=number, title="X", finding=""
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_image_that_says_what_it_shows(name):
    root = ElementTree.fromstring(CHARTS[name])
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script|<style", CHARTS[name])


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_lies_outside_the_picture(name):
    root = ElementTree.fromstring(CHARTS[name])
    _x, _y, width, height = (float(part) for part in root.get("viewBox").split())
    for element in root.iter():
        for attribute, most in {"x": width, "x1": width, "x2": width, "y": height, "y1": height, "y2": height}.items():
            assert -1 <= float(element.get(attribute, "0")) <= most + 1, (element.tag, element.attrib)
        for point in (element.get("points") or "").split():
            x, y = (float(part) for part in point.split(","))
            assert -1 <= x <= width + 1
            assert -1 <= y <= height + 1


def test_marks_below_the_one_that_passes_are_lighter_and_every_step_is_counted():
    bars = re.findall(r'class="eb-chart-bar"[^>]*fill="(#\w+)"', CHARTS["histogram"])
    assert len(bars) == 15
    assert len(set(bars[:7])) == len(set(bars[8:])) == 1
    assert bars[0] != bars[-1]
    assert CHARTS["histogram"].count('class="eb-chart-threshold"') == 1


def test_every_group_has_its_interval_and_the_model_is_dashed():
    assert CHARTS["response"].count('class="eb-chart-interval"') == len(SPOTS)
    assert "stroke-dasharray" not in CHARTS["response"]
    assert CHARTS["modelled"].count("stroke-dasharray") == 1


def test_the_able_stand_at_the_top_and_crowds_are_counted():
    drawn = ElementTree.fromstring(CHARTS["wright"])
    squares = [one for one in drawn.iter() if one.tag.endswith("rect") and one.get("rx") == "1.5"]
    assert len(squares) == sum(min(len(level.items), 14) for level in LEVELS)
    codes = [one.text for one in drawn.iter() if one.tag.endswith("}title") and one.text.startswith("C")]
    heights = {float(one.get("y")) for one in squares}
    assert len(codes) == len(squares)
    assert len(heights) == 11
    assert "22</text>" in CHARTS["wright"]


def test_a_single_value_of_a_trend_has_no_interval_and_labels_are_thinned():
    assert CHARTS["trend"].count('class="eb-chart-interval"') == 9
    assert CHARTS["trend"].count("/2026</text>") == 5
    assert CHARTS["trend"].count('class="eb-chart-threshold"') == 2
    assert "&lt;3&gt;" in CHARTS["trend"]
