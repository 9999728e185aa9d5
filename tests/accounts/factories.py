"""Shared by the tests of accounts: people who really sign in, through the services and the pages."""

from flask import current_app

from exambank import clock
from exambank.accounts import service
from exambank.accounts.rules import PersonRow
from exambank.permissions import SYSTEM, Role

OWN_PASSWORD = "mua xuân đầu tiên"
HERE, ELSEWHERE = "192.168.1.20", "203.0.113.9"


def make_person(code="HV100", full_name="Hoàng Văn Thụ", roles=(Role.LEARNER,), **values):
    """A person with a first password: ``(user, password)``."""
    return service.create_user(actor=SYSTEM, now=clock.now(), code=code, full_name=full_name, roles=roles, **values)


def make_settled(code="HV100", **values):
    """A person who has chosen an own password already."""
    user, password = make_person(code, **values)
    came = try_sign_in(code, password)
    actor = actor_like(came, user)
    service.change_password(actor=actor, now=clock.now(), new_password=OWN_PASSWORD)
    return service.find_user(code)


def actor_like(came, user):
    load = current_app.extensions["exambank_actor_loader"]
    return load(user.id, came.session_version)


def try_sign_in(code, password, address=HERE):
    return service.sign_in(actor=SYSTEM, now=clock.now(), username=code, password=password, address=address)


def open_browser():
    return current_app._get_current_object().test_client()


def post_sign_in(client, code, password, address=HERE, **fields):
    return client.post(
        "/accounts/sign-in",
        data={"username": code, "password": password, **fields},
        environ_base={"REMOTE_ADDR": address},
    )


def rows(count, start=1):
    return [
        PersonRow(code=f"K75-{at:03d}", full_name=f"Nguyễn Thị Số {at}", unit_name="UBND xã Tân Lập")
        for at in range(start, start + count)
    ]
