"""Moving in a paper, by value and by property: windows, sections, their time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exambank.sittings import rules
from exambank.sittings.rules import Way


def test_parts_become_sections_wherever_they_change():
    assert rules.sections_of([1, 1, 2, 3, 3]) == ((1, 2), (3, 3), (4, 5))
    assert rules.sections_of([1]) == ((1, 1),)
    assert rules.sections_of([]) == ()


WAYS = st.builds(
    lambda sizes, is_forward, has_sections: Way(
        sum(sizes), is_forward,
        rules.sections_of([part for part, size in enumerate(sizes) for _ in range(size)]) if has_sections else (),
    ),
    st.lists(st.integers(1, 4), min_size=1, max_size=4), st.booleans(), st.booleans(),
)  # fmt: skip


@given(WAYS)
def test_whoever_goes_on_step_by_step_meets_every_question_once_and_in_order(way):
    here, met = rules.first_window(way), []
    while here is not None:
        met += range(here.open_from, here.open_to + 1)
        here = rules.next_window(way, here)
    assert met == list(range(1, way.questions + 1))


@given(WAYS)
def test_a_window_stays_within_its_section_and_only_sections_follow_sections(way):
    here = rules.first_window(way)
    while here is not None:
        if way.sections:
            first, last = way.sections[here.section - 1]
            assert first <= here.open_from <= here.open_to <= last
            after = rules.next_section(way, here)
            assert after is None or (after.section, after.open_from) == (here.section + 1, last + 1)
        else:
            assert here.section == 0
            assert rules.next_section(way, here) is None
        here = rules.next_window(way, here)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(0, 7200))
def test_the_sections_share_the_duration_and_the_extra_time_to_the_second(sizes, extra):
    duration = sum(sizes) * 60
    seconds = rules.section_seconds(sizes, extra, duration)
    assert sum(seconds) == duration + extra
    for own, size in zip(seconds, sizes, strict=True):
        assert abs(own - size * 60 - size * 60 * extra / duration) <= 1


def test_a_late_comer_loses_the_first_section_and_no_later_one():
    start, seconds = datetime(2026, 11, 24, 7, tzinfo=UTC), (600, 1200, 1800)
    end, minute = start + timedelta(minutes=60), timedelta(minutes=1)
    assert rules.section_deadline(1, seconds, start + 4 * minute, end) == start + 10 * minute
    assert rules.section_deadline(2, seconds, start + 10 * minute, end) == start + 30 * minute
    assert rules.section_deadline(2, seconds, start + 2 * minute, end) == start + 22 * minute  # left early
    assert rules.section_deadline(1, seconds, start, end + 5 * minute, 300) == start + 15 * minute  # given before
