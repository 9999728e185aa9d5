"""What must make no difference: the shape of the file, and the order of candidates and items."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.analysis.external import Wishes, as_scores, build_report, mark, read_responses
from tests.analysis.external.test_report import simulated

KEYS = {f"I{at}": "ABCD"[at % 4] for at in range(6)}
cells = st.lists(
    st.lists(st.sampled_from(["A", "B", "C", "D", "", "NA"]), min_size=6, max_size=6), min_size=2, max_size=30
)


def wide(rows, columns=range(6), order=None) -> str:
    lines = [f"C{at}," + ",".join(rows[at][column] for column in columns) for at in order or range(len(rows))]
    return "id," + ",".join(f"I{column}" for column in columns) + "\n" + "\n".join(lines) + "\n"


def report_on(path, text: str) -> dict:
    path.write_text(text, encoding="utf-8")
    return build_report(mark(read_responses(path, are_answers=True), KEYS), Wishes())[0]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("files") / "r.csv"


@settings(max_examples=15)
@given(rows=cells, data=st.data())
def test_the_order_of_candidates_and_items_changes_nothing_but_the_order(path, rows, data):
    columns, order = data.draw(st.permutations(range(6))), data.draw(st.permutations(range(len(rows))))
    one, other = report_on(path, wide(rows)), report_on(path, wide(rows, columns, order))
    for report in (one, other):
        report["items"].sort(key=lambda item: item["item"])
        del report["test"]["split_half"]  # odd against even columns
    assert_close(one, other)


@settings(max_examples=15)
@given(rows=cells)
def test_a_row_for_each_answer_gives_the_same_report(path, rows):
    long = [f"C{at},I{column},{row[column]}" for at, row in enumerate(rows) for column in range(6)]
    assert report_on(path, wide(rows)) == report_on(path, "candidate,item,response\n" + "\n".join(long) + "\n")


def test_the_order_of_candidates_changes_curves_by_rounding_alone(path):
    rows = [[str(score) for score in row] for row in simulated(100, 6)]
    reports = []
    for order in (range(100), range(99, -1, -1)):
        path.write_text(wide(rows, order=order), encoding="utf-8")
        reports.append(build_report(as_scores(read_responses(path, are_answers=False)), Wishes("2pl"))[0]["irt"])
    reports[1]["candidates"].reverse()
    assert_close(*reports, close=1e-6)


def assert_close(one, other, close=1e-9):
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_close(one[name], other[name], close)
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_close(left, right, close)
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=close, rel=close)
    else:
        assert one == other
