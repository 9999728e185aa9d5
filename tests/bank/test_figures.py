"""What exams say of an item: pooled over exams, flagged only on evidence, drawn within its box, kept up to date."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import clock
from exambank.bank import service
from exambank.bank.models import Item
from exambank.bank.rules.figures import (
    FLAGS,
    ExamFigures,
    OptionFigures,
    dead_of,
    join_flags,
    plot_figures,
    pool_figures,
    read_figures,
    split_flags,
)
from exambank.db import db, unit_of_work
from tests.bank.factories import make_accepted
from tests.people import actor_of


def exam(n, difficulty, discrimination=0.3, name="e", options=()):
    return ExamFigures(name, n, difficulty, discrimination, tuple(OptionFigures(*one) for one in options))


def test_exams_weigh_as_many_as_answered():
    pooled = pool_figures([exam(30, 0.6, 0.3), exam(90, 2 / 3, 0.4), exam(0, 0.1), exam(10, None)])
    assert (pooled.n, pooled.exams) == (120, 2)
    assert pooled.difficulty == pytest.approx(0.65)
    assert pooled.discrimination == pytest.approx(0.3770, abs=1e-4)  # tanh((27 atanh 0.3 + 87 atanh 0.4) / 114)
    low, high = pooled.difficulty_ci  # Wilson, n = 120, p = 0.65: computed by hand with z = 1.959964
    assert (low, high) == (pytest.approx(0.5613, abs=5e-4), pytest.approx(0.7293, abs=5e-4))
    low, high = pooled.discrimination_ci  # Fisher's z of it with 27 + 87 degrees of freedom
    assert (low, high) == (pytest.approx(0.2091, abs=1e-3), pytest.approx(0.5234, abs=1e-3))


def test_exams_that_disagree_beyond_chance_widen_the_interval():
    pooled = pool_figures([exam(60, 0.3), exam(60, 0.9)])
    low, high = pooled.difficulty_ci  # Q = 45 for one degree of freedom: 120 answers count as 2.7
    assert (low, high) == (pytest.approx(0.160, abs=2e-3), pytest.approx(0.922, abs=2e-3))
    assert pooled.flags == ()


@pytest.mark.parametrize(
    ("rows", "flags"),
    [
        ([exam(19, 0.99, -0.9)], ()),  # too few: nothing is said
        ([exam(60, 0.5, -0.5)], ("negative_discrimination",)),
        ([exam(60, 0.5, -0.1)], ("low_discrimination",)),  # below zero, but not surely
        ([exam(60, 0.5, -0.22)], ("negative_discrimination",)),  # one end decides: 90 %
        ([exam(300, 0.9, 0.02)], ("too_easy",)),  # where hardly anybody can differ, it says little
        ([exam(300, 0.5, 0.02)], ("low_discrimination",)),
        ([exam(60, 0.75, 0.4)], ()),  # above 0.7, but not surely
        ([exam(60, 0.95, 0.4)], ("too_easy",)),
        ([exam(60, 0.1, 0.4)], ("too_hard",)),
        ([exam(15, 0.95, 0.4), exam(45, 0.95, 0.4, "f")], ("too_easy",)),  # enough only together
        ([exam(60, 0.5, None)], ()),
        ([exam(15, 0.5, -0.8), exam(30, 0.5, None, "f")], ()),  # of too few is known how it discriminates
        ([], ()),
    ],
)
def test_a_flag_needs_enough_responses_and_an_interval_beyond_the_limit(rows, flags):
    assert pool_figures(rows, "single_choice", ["k"]).flags == flags


def rivalry(value, low):
    return {"count": 24, "rest": 0.3, "value": value, "variance": 0.02, "low": low, "high": 2 * value - low,
            "confidence": 0.9}  # fmt: skip


def key_found(n):
    return {"n": n, "degrees": n - 3, "count": 18, "rest": -0.1, "low": -0.3, "high": 0.1, "confidence": 0.9}


def told(n=60, key_n=60, **rivals):
    """A statistic as the analysis hands it in: k is the key, the others oppose it."""
    options = [{"token": "k", "chosen": 18, "share": 0.3, "rest": -0.1, "key": key_found(key_n), "rivalry": None}]
    options += [{"token": name, "chosen": 5, "share": 0.08, "rest": 0.1, "key": None, "rivalry": one}
                for name, one in rivals.items()]  # fmt: skip
    return read_figures(SimpleNamespace(exam="e", n=n, difficulty=0.3, item_rest=0.1, options=options))


def test_a_key_is_suspect_where_the_analysis_found_an_option_that_surely_beats_it():
    pooled = pool_figures([told(d=rivalry(0.4, 0.1), e=rivalry(0.5, 0.2), f=rivalry(0.2, -0.1), g=None)])
    assert pooled.suspects == ("e", "d")
    assert pooled.flags == ("key_suspect",)
    assert pool_figures([told(d=rivalry(0.2, -0.01))]).suspects == ()
    assert pool_figures([told(key_n=19, d=rivalry(0.4, 0.1))]).suspects == ()


def test_exams_together_can_doubt_a_key_that_none_of_them_doubts_alone():
    small = [told(n=30, key_n=30, d=rivalry(0.3, -0.05)) for _exam in range(3)]
    assert [pool_figures([one]).suspects for one in small] == [(), (), ()]
    assert pool_figures(small).suspects == ("d",)


def test_a_key_doubted_by_an_analysis_that_told_no_rivalries_stays_suspect():
    options = [("k", 60, 0.3, -0.3), ("d", 60, 0.4, 0.45), ("", 60, 0.02, 0.6), ("e", 60, 0.28, -0.1)]
    before = exam(60, 0.3, 0.1, options=options)
    assert pool_figures([before], "single_choice", ["k"]).suspects == ("d",)
    assert pool_figures([before], "single_choice", ["k"]).flags == ("key_suspect",)
    assert pool_figures([before, told()], "single_choice", ["k"]).suspects == ("d",)
    assert pool_figures([before], "multiple_choice", ["k"]).suspects == ()
    assert pool_figures([exam(60, 0.5, options=[("k", 60, 0.5, 0.2), ("d", 60, 0.5, 0.3)])], "single_choice",
                        ["k"]).suspects == ()  # fmt: skip
    few = exam(19, 0.3, 0.1, options=[("k", 19, 0.3, -0.8), ("d", 19, 0.4, 0.9)])
    assert pool_figures([few], "single_choice", ["k"]).suspects == ()


def test_once_the_rivalries_are_told_they_decide_alone():
    row = told(d=rivalry(0.2, -0.01))
    options = tuple(replace(one, rest=0.6) if one.token == "d" else one for one in row.options)
    assert pool_figures([replace(row, options=options)], "single_choice", ["k"]).suspects == ()


def test_a_distractor_is_dead_only_when_surely_fewer_than_one_in_twenty_choose_it():
    few = pool_figures([exam(40, 0.5, options=[("k", 40, 1.0, 0.3), ("d", 40, 0.0, None)])], "single_choice", ["k"])
    assert dead_of(few, ["k"]) == ()
    many = pool_figures([exam(200, 0.5, options=[("k", 200, 0.99, 0.3), ("d", 200, 0.005, None)])], "single_choice",
                        ["k"])  # fmt: skip
    assert dead_of(many, ["k"]) == ("d",)
    assert many.flags == ("dead_distractor",)


_ROWS = st.lists(
    st.builds(
        exam,
        st.integers(0, 300),
        st.one_of(st.none(), st.floats(0, 1)),
        st.one_of(st.none(), st.floats(-1, 1)),
        st.sampled_from("abc"),
        st.lists(
            st.tuples(
                st.sampled_from(["k", "d", "e", ""]),
                st.integers(0, 300),
                st.one_of(st.none(), st.floats(0, 1)),
                st.one_of(st.none(), st.floats(-1, 1)),
            ),
            max_size=4,
        ),
    ),
    max_size=5,
)


@given(_ROWS, st.sampled_from(["single_choice", "true_false", "essay"]))
def test_pooled_figures_stay_in_their_bounds_and_intervals_hold_them(rows, kind):
    pooled = pool_figures(rows, kind, ["k"])
    assert pooled.n == sum(row.n for row in rows if row.difficulty is not None)
    for value, interval, low in ((pooled.difficulty, pooled.difficulty_ci, 0),
                                 (pooled.discrimination, pooled.discrimination_ci, -1)):  # fmt: skip
        assert value is None or low - 1e-9 <= value <= 1 + 1e-9
        assert interval is None or interval[0] - 1e-9 <= value <= interval[1] + 1e-9
    assert pooled.n >= 20 or pooled.flags == ()
    assert split_flags(join_flags(pooled.flags)) == pooled.flags


@given(st.sets(st.sampled_from([*FLAGS])))
def test_flags_survive_their_column_and_are_found_between_spaces(codes):
    stored = join_flags(codes)
    assert set(split_flags(stored)) == codes
    assert all(f" {code} " in stored for code in codes)
    assert split_flags(" a code of an older version ") == ()


@given(
    st.lists(st.tuples(st.integers(0, 100), st.one_of(st.none(), st.floats(-1, 1)), st.none()), max_size=8),
    st.one_of(st.none(), st.floats(-1, 1)),
)
def test_marks_lie_inside_the_plot(values, pooled):
    plot = plot_figures(values, pooled=pooled, value_range=(-0.2, 1), ticks=(0, 1), limits=(0.2,))
    for mark in plot.marks:
        assert plot.left <= mark.x <= plot.right
        assert plot.top <= mark.top <= mark.y <= mark.bottom <= plot.bottom
    assert plot.pooled_y is None or plot.top <= plot.pooled_y <= plot.bottom


# --- what the item keeps ---


def row_of(version, n=60, difficulty=0.5, rest=-0.5):
    return {"item_version_id": version.id, "n": n, "difficulty": difficulty, "item_rest": rest,
            "item_rest_low": rest - 0.2, "item_rest_high": rest + 0.2, "options": []}  # fmt: skip


def fresh(item):
    db.session.expire_all()
    return db.session.get(Item, item.id)


def test_the_item_keeps_what_papers_and_exams_tell(any_app, people):
    item = make_accepted(people)
    version, now = service.get_newest_version(item), clock.now()
    for paper in ("1", "2", "1"):
        service.record_use([version.id], f"0190a000-0000-7000-8000-00000000000{paper}", now)
    assert (fresh(item).use_count, item.last_used_at) == (2, now)
    service.record_statistics("run-1", "exam-1", [row_of(version, n=20, rest=0.4)], now)
    service.record_statistics("run-2", "exam-2", [row_of(version)], now)
    assert (fresh(item).pooled_n, item.pooled_difficulty) == (80, pytest.approx(0.5))
    service.record_statistics("run-3", "exam-1", [row_of(version, n=21, rest=-0.5)], now)
    assert (fresh(item).pooled_n, item.flags) == (81, " negative_discrimination ")


def test_figures_belong_to_the_text_in_force(any_app, people):
    item = make_accepted(people)
    first, actor = service.get_newest_version(item), actor_of(people.lecturer)
    service.record_statistics("run-1", "exam-1", [row_of(first)], clock.now())
    second = service.revise_item(
        actor=actor, now=clock.now(), item=fresh(item), base=first.public_id, revision=first.revision,
        stem="Câu dẫn đã sửa?", content=first.content,
    )  # fmt: skip
    assert fresh(item).pooled_n == 60
    service.submit_for_review(actor=actor, now=clock.now(), item=item)
    service.decide_review(actor=actor_of(people.quality), now=clock.now(), item=item, approve=True)
    assert (fresh(item).pooled_n, item.flags, item.accepted_version_id) == (0, "", second.id)
    assert [one.pooled.n for one in service.statistics_of(service.list_versions(item))] == [60]


def test_old_data_is_brought_up_to_date_once(any_app, people):
    item = make_accepted(people)
    version = service.get_newest_version(item)
    service.record_use([version.id], "0190a000-0000-7000-8000-000000000001", clock.now())
    service.record_statistics("run-1", "exam-1", [row_of(version)], clock.now())
    with unit_of_work() as session:
        session.execute(db.update(Item).values(use_count=0, last_used_at=None, pooled_n=0, pooled_difficulty=None,
                                               pooled_discrimination=None, flags=""))  # fmt: skip
        session.expire_all()
    assert service.refresh_figures() == 1
    assert (fresh(item).use_count, item.pooled_n, item.flags) == (1, 60, " negative_discrimination ")
    assert service.refresh_figures() == 0


def test_the_page_of_an_item_says_what_to_look_at(people, sign_in):
    item = make_accepted(people)
    version = service.get_newest_version(item)
    tokens = [row["token"] for row in version.content["options"]]
    options = [{"token": token, "chosen": 15, "share": 0.25, "rest": rest}
               for token, rest in zip(tokens, (-0.4, 0.5, 0.0, -0.1), strict=True)]  # fmt: skip
    options[0]["key"] = key_found(60)
    options[1]["rivalry"] = rivalry(0.9, 0.6)
    for number in (1, 2):
        row = row_of(version, rest=-0.4) | {"options": options}
        service.record_statistics(f"run-{number}", f"exam-{number}", [row], clock.now())
    assert fresh(item).flags == " key_suspect negative_discrimination "
    page = sign_in(people.lecturer).get(f"/bank/items/{item.public_id}").text
    card = page[page.index('id="statistics-1"') :]
    assert card.count('role="img"') == 2
    assert "style=" not in card
    assert card.split('class="eb-advice"')[1].split("</ul>")[0].count("<li>") == 2
    assert card.count("<rect") == 4
