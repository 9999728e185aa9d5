"""A check apart, as in `test_reference`: keys and checkbox items of real exams."""

import pytest

from exambank.psychometrics.sets import set_statistics
from exambank.psychometrics.suspicion import key_suspicions
from tests.psychometrics.test_reference import read_responses, read_scores

pytestmark = pytest.mark.reference


@pytest.mark.parametrize(("name", "suspected"), [("sat12", [32]), ("cttdata", []), ("gmat", []), ("msatb", [])])
def test_the_probably_wrong_key_of_sat12_comes_under_suspicion_and_no_other(folder, name, suspected):
    """I32 of sat12 is keyed E, but the able choose C."""
    responses, keys = read_responses(folder, name)
    found = key_suspicions(responses, read_scores(folder, name), keys)

    assert [number for number, one in enumerate(found, start=1) if one.needs_review] == suspected
    for number in suspected:
        assert [rival.option for rival in found[number - 1].better_options] == ["C"]
        assert not found[number - 1].is_negative


def test_the_sets_of_msatb_are_right_where_they_are_scored_so(folder):
    responses, keys = read_responses(folder, "msatb")
    scores = read_scores(folder, "msatb")

    for item, column in zip(set_statistics(responses, scores, keys), scores.T, strict=True):
        assert (item.n, item.right) == (len(column), column.sum())
        wrong = sum(one.count for one in item.wrong_sets)
        assert wrong <= item.n - item.right
        assert all(option.is_key == (option.left_though_right > 0) for option in item.options if option.count < item.n)
