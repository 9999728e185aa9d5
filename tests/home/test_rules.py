"""The order of things on a desk."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exambank.home import rules
from exambank.home.rules import LATER, NOW, TODAY, WAITING, Coming, Desk, Finding, News, Task

THEN = datetime(2026, 11, 24, tzinfo=UTC)


def task(urgency: int, hours: int | None = None, title: str = "t") -> Task:
    at = None if hours is None else THEN + timedelta(hours=hours)
    return Task(urgency, "half", title, "text", "button", "/url", at)


tasks = st.builds(task, st.sampled_from([NOW, TODAY, WAITING, LATER]), st.none() | st.integers(0, 99), st.text())


@given(st.lists(st.lists(tasks, max_size=5), max_size=4))
def test_the_most_urgent_stands_first_and_nothing_twice(desks):
    merged = rules.merge(Desk(tasks=list(found)) for found in desks).tasks
    assert [one.urgency for one in merged] == sorted(one.urgency for one in merged)
    assert set(merged) == {one for found in desks for one in found}
    assert len(merged) == len(set(merged))


def test_of_two_equally_urgent_the_earlier_stands_first_and_the_dateless_last():
    merged = rules.merge([Desk(tasks=[task(WAITING), task(WAITING, 5)]), Desk(tasks=[task(WAITING, 2)])])
    assert [one.at and one.at.hour for one in merged.tasks] == [2, 5, None]


def test_only_what_must_be_done_today_is_due():
    desk = Desk(tasks=[task(NOW), task(TODAY), task(WAITING), task(LATER)])
    assert [one.urgency for one in desk.due] == [NOW, TODAY]


def test_one_exam_told_by_two_roles_stands_once_among_the_dates():
    first, second = Coming(THEN, "Thi", "phòng 1", "/a"), Coming(THEN, "Thi", "phòng 1, 30 thí sinh", "/a")
    assert rules.merge([Desk(coming=[first]), Desk(coming=[second])]).coming == [first]


def test_a_desk_is_short():
    many = Desk(
        coming=[Coming(THEN + timedelta(days=at), f"{at}", "") for at in range(30)],
        news=[News(f"{at}", "", "", "/") for at in range(30)],
    )
    merged = rules.merge([many])
    assert (len(merged.coming), len(merged.news)) == (rules.COMING_SHOWN, rules.NEWS_SHOWN)


def test_a_system_is_healthy_when_every_finding_is_good():
    good, bad = Finding("ok", "", ""), Finding("warning", "", "")
    assert rules.is_healthy([good, good])
    assert not rules.is_healthy([good, bad])
