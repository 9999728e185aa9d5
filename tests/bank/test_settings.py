"""A bank's settings and the rights granted in it."""

import pytest

from exambank import audit, clock
from exambank.bank import service
from exambank.bank.rules.settings import CHECKS, DEFAULTS
from exambank.errors import InvalidInput, StateConflict
from tests.bank.factories import make_draft, make_review
from tests.people import actor_of


def change(people, **values):
    given = {"approvals_needed": 1, "review_months": 12, "reading_limit": 60, "change_limit": 30, "gate": {}} | values
    return service.change_settings(actor=actor_of(people.head), now=clock.now(), course_module=people.module, **given)


def grant(people, user, right):
    return service.grant_right(
        actor=actor_of(people.head), now=clock.now(), course_module=people.module, user=user, right=right
    )


def test_a_bank_without_settings_works_by_the_defaults(app, people):
    assert service.settings_of(people.module) == DEFAULTS


def test_settings_are_kept_and_recorded_as_a_whole_or_not_at_all(any_app, people):
    settings = change(people, approvals_needed=3, gate={"spacing": "off", "key_length": "advice"})
    assert (settings.approvals_needed, settings.level_of("spacing"), settings.gate) == (3, "off", {"spacing": "off"})
    for wrong in (
        {"approvals_needed": 6},
        {"review_months": 0},
        {"gate": {"twin_options": "off"}},
        {"gate": {"x": "off"}},
    ):
        with pytest.raises(InvalidInput):
            change(people, **wrong)
    assert service.settings_of(people.module) == settings
    assert [event.verb for event in audit.list_for(people.module)] == ["bank.settings_changed"]


def test_a_granted_right_opens_the_bank_and_its_withdrawal_closes_it(any_app, people):
    assert service.actor_for(people.stranger.id, people.stranger.session_version).bank_rights == frozenset()
    right = grant(people, people.stranger, "review")
    actor = service.actor_for(people.stranger.id, people.stranger.session_version)
    assert actor.bank_rights == {(people.module.id, "review")}
    item = make_review(people)
    assert service.count_reviews(actor) == 1
    service.decide_review(actor=actor, now=clock.now(), item=item, approve=True)
    assert item.state == "accepted"
    with pytest.raises(StateConflict):
        grant(people, people.stranger, "review")
    service.withdraw_right(actor=actor_of(people.head), now=clock.now(), right=right)
    assert service.actor_for(people.stranger.id, people.stranger.session_version).bank_rights == frozenset()
    assert service.list_rights(people.module) == []


def test_rights_are_for_lecturers_and_heads_only(app, people):
    with pytest.raises(InvalidInput):
        grant(people, people.learner, "see")
    with pytest.raises(InvalidInput):
        grant(people, people.stranger, "delete")


def test_holders_are_found_without_accents_and_learners_are_not(app, people):
    assert [user.id for user in service.find_holders("ly van")] == [people.stranger.id]
    assert service.find_holders("nguyen thi thu huong") == []
    assert service.find_holders("  ") == []


# --- through HTTP ---


def url(people):
    return f"/bank/modules/{people.module.public_id}/settings"


def typed(**values):
    gate = {f"gate_{code}": check.default for code, check in CHECKS.items()}
    return {
        "approvals_needed": "2",
        "review_months": "12",
        "reading_limit": "60",
        "change_limit": "30",
        **gate,
    } | values


def test_the_settings_page_keeps_what_was_typed_and_says_what_is_wrong(people, sign_in):
    client = sign_in(people.head)
    assert client.get(url(people)).status_code == 200
    wrong = client.post(url(people), data=typed(approvals_needed="9", reading_limit="nhiều"))
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert service.settings_of(people.module) == DEFAULTS
    assert client.post(url(people), data=typed(gate_twin_options="off")).status_code == 422
    assert client.post(url(people), data=typed(gate_spacing="off")).status_code == 302
    settings = service.settings_of(people.module)
    assert (settings.approvals_needed, settings.level_of("spacing")) == (2, "off")


def test_a_right_is_granted_to_a_person_found_by_name(people, sign_in):
    client = sign_in(people.head)
    make_draft(people)
    bank = f"/bank/modules/{people.module.public_id}"
    assert sign_in(people.stranger).get(bank).status_code == 404
    page = client.get(f"{url(people)}?search=ly van xa").text
    assert people.stranger.public_id in page
    data = {"person": people.stranger.public_id, "right": "see"}
    assert client.post(f"{bank}/rights", data=data).status_code == 302
    assert sign_in(people.stranger).get(bank).status_code == 200
    assert sign_in(people.stranger).get(f"{bank}/items/new").status_code == 404
    right = service.list_rights(people.module)[0]
    assert sign_in(people.lecturer).post(f"/bank/rights/{right.public_id}/withdraw").status_code == 404
    assert client.post(f"/bank/rights/{right.public_id}/withdraw").status_code == 302
    assert sign_in(people.stranger).get(bank).status_code == 404


@pytest.mark.parametrize("who", ["lecturer", "stranger", "officer", "leader", "technician", "inspector", "learner"])
def test_others_do_not_manage_a_bank(people, sign_in, who):
    client = sign_in(getattr(people, who))
    assert client.get(url(people)).status_code == 404
    assert client.post(url(people), data=typed()).status_code == 404
    assert client.get(url(people).replace("settings", "acceptance")).status_code == 404
