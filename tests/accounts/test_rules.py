"""Names, passwords, waits, cards and roles, by value and by property."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.accounts import rules
from exambank.accounts.rules import PersonRow, RowFault, Tries, Weakness
from exambank.permissions import Role

NOW = datetime(2026, 11, 24, 0, 41, tzinfo=UTC)
PAIR = rules.pair_limit(allowed=5, wait_seconds=30)


# --- names ---


@pytest.mark.parametrize(
    ("typed", "username"),
    [("K75-023", "k75-023"), ("  k75-023 ", "k75-023"), ("Đỗ\u200b", "đỗ"), ("E\u0302", "ê")],
)
def test_capitals_spaces_and_normal_form_do_not_matter_in_a_code(typed, username):
    assert rules.username_of(typed) == username


@pytest.mark.parametrize("value", ["05/09/1985", "29/02/2000", "1985"])
def test_a_real_day_or_a_year_alone_is_a_birth_date(value):
    assert rules.is_birth_date(value)


@pytest.mark.parametrize("value", ["", "5/9/1985", "31/02/1985", "05-09-1985", "1785", "05/09/85", "١٩٨٥"])
def test_anything_else_is_no_birth_date(value):
    assert not rules.is_birth_date(value)


# --- passwords ---


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("ngắn", Weakness.TOO_SHORT),
        ("x" * 201, Weakness.TOO_LONG),
        ("K75-00023", Weakness.IS_CODE),
        ("k7500023", Weakness.IS_CODE),
        ("Đỗ Thị Minh Nguyệt", Weakness.IS_NAME),
        ("dothiminhnguyet", Weakness.IS_NAME),
        ("12345678", Weakness.COMMON),
        ("MatKhau123", Weakness.COMMON),
        ("Mật khẩu 123", Weakness.COMMON),
        ("abababab", Weakness.FEW_CHARACTERS),
        ("mưa xuân trên đồi", None),
        ("gkm47xp92t", None),
    ],
)
def test_a_password_is_refused_for_its_first_weakness(password, weakness):
    assert rules.password_weakness(password, code="K75-00023", full_name="Đỗ Thị Minh Nguyệt") == weakness


@given(st.integers())
def test_what_we_make_is_readable_typable_and_never_weak(seed):
    password = rules.readable_code(random.Random(seed), rules.FIRST_PASSWORD_LENGTH)
    assert len(password) == 10
    assert not set(password) & set("0o1liaeuydw")  # alike, or rewritten by a Vietnamese keyboard
    assert rules.password_weakness(password, code="K75-023", full_name="Đỗ Thị Minh Nguyệt") in {
        None,
        Weakness.FEW_CHARACTERS,
    }


# --- the throttle ---


def after(count, limit=PAIR, step=timedelta(0), tries=None):
    now = NOW
    for _one in range(count):
        tries = rules.count_try(tries, limit, now)
        now += step
    return tries


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (90, 3600)]
)
def test_the_wait_begins_at_the_fifth_failure_and_doubles_up_to_an_hour(failures, wait):
    assert rules.seconds_to_wait(after(failures), NOW) == wait


def test_a_wait_is_over_at_its_second_and_rounds_up_before():
    tries = after(5)
    assert rules.seconds_to_wait(tries, NOW + timedelta(seconds=29, milliseconds=1)) == 1
    assert rules.seconds_to_wait(tries, NOW + timedelta(seconds=30)) == 0
    assert rules.seconds_to_wait(None, NOW) == 0


def test_failures_of_yesterday_are_forgotten():
    assert rules.count_try(after(12), PAIR, NOW + timedelta(days=1)) == Tries(1, NOW + timedelta(days=1))


def test_a_room_behind_one_address_may_fail_often_and_then_waits_half_a_minute_at_most():
    assert rules.seconds_to_wait(after(299, rules.ADDRESS_LIMIT), NOW) == 0
    assert rules.seconds_to_wait(after(300, rules.ADDRESS_LIMIT), NOW) == 30
    assert rules.seconds_to_wait(after(2000, rules.ADDRESS_LIMIT), NOW) == 30


def test_failures_that_drip_in_all_day_never_fill_an_address():
    assert (
        rules.seconds_to_wait(after(500, rules.ADDRESS_LIMIT, timedelta(seconds=10)), NOW + timedelta(seconds=5000))
        == 0
    )


@given(st.integers(0, 400))
def test_a_good_try_leaves_the_count_as_it_was(failures):
    tries = Tries(failures, NOW)
    back = rules.uncount_try(rules.count_try(tries, rules.ADDRESS_LIMIT, NOW), rules.ADDRESS_LIMIT)
    assert back.failures == failures
    assert failures >= rules.ADDRESS_LIMIT.allowed or back.blocked_until is None


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.168.1.20", "192.168.1.20"),
        ("::ffff:192.168.1.20", "192.168.1.20"),
        ("2402:800:6341:9::1", "2402:800:6341:9::/64"),
        ("2402:800:6341:9:aaaa::77", "2402:800:6341:9::/64"),
        ("fd00::20", "fd00::20"),
        ("fe80::20%eth0", "fe80::20"),
        ("", "unknown"),
        ("x" * 90, "x" * 64),
    ],
)
def test_an_address_on_the_internet_counts_by_customer_and_on_a_lan_by_machine(address, key):
    assert rules.address_key(address) == key


# --- cards ---


@given(st.integers(), st.sampled_from(["", "-", " "]))
def test_a_card_is_read_however_it_was_typed(seed, between):
    code = rules.readable_code(random.Random(seed), rules.CARD_LENGTH)
    assert rules.read_card_code(rules.show_card_code(code)) == code
    assert rules.read_card_code(f" {code[:4]}{between}{code[4:].upper()} ") == code


@pytest.mark.parametrize("typed", ["", "bcfghjk", "bcfghjkmn", "bcfghjko", "mật khẩu", "x" * 5000])
def test_what_cannot_be_a_card_is_none(typed):
    assert rules.read_card_code(typed) is None


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ([Role.LEARNER], True),
        (["learner"], True),
        ([], False),
        ([Role.IT], False),
        ([Role.LEARNER, Role.LECTURER], False),
    ],
)
def test_only_whoever_is_a_learner_and_nothing_else_may_have_a_card(roles, may):
    assert rules.may_have_card(roles) is may


# --- roles ---


def test_the_training_office_and_it_manage_people():
    assert {Role.TRAINING_OFFICE, Role.IT} == rules.MANAGING_ROLES
    assert rules.manages_people([Role.LECTURER, Role.IT])
    assert not rules.manages_people([Role.LEADERSHIP, Role.QUALITY_OFFICE])


# --- lists ---


def test_every_fault_of_a_list_is_found_with_its_row():
    rows = [
        PersonRow("HV1", "Lò Văn Ưởng"),
        PersonRow("", "Lò Văn Ưởng"),
        PersonRow("hv9", "A"),
        PersonRow("HV9 ", "B"),
        PersonRow("x" * 51, " "),
        PersonRow("HV3", "y" * 121, birth_date="31/02/1985", email="nobody"),
        PersonRow("HV4", "C", roles=()),
        PersonRow("HV5", "D", roles=(Role.DEPARTMENT_HEAD,)),
        PersonRow("HV6", "E", roles=(Role.DEPARTMENT_HEAD,), department_codes=("NOPE",)),
    ]
    found = [(problem.index, problem.fault) for problem in rules.check_people(rows, frozenset({"XDD"}))]
    assert found == [
        (1, RowFault.NO_CODE),
        (2, RowFault.REPEATED_CODE),
        (3, RowFault.REPEATED_CODE),
        (4, RowFault.LONG_CODE),
        (4, RowFault.NO_NAME),
        (5, RowFault.LONG_NAME),
        (5, RowFault.BAD_BIRTH_DATE),
        (5, RowFault.BAD_EMAIL),
        (6, RowFault.NO_ROLE),
        (7, RowFault.NO_DEPARTMENT),
        (8, RowFault.UNKNOWN_DEPARTMENT),
    ]


def test_a_slip_does_not_tell_its_password_when_it_is_logged():
    assert "gkm47xp92t" not in repr(rules.Slip("HV1", "Lò Văn Ưởng", None, "gkm47xp92t"))
