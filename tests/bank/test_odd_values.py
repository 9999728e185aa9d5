"""Whatever stands in an address or a form, a page of the bank answers; a NUL is what PostgreSQL takes nowhere."""

import pytest

from exambank.db import db
from tests.bank.factories import make_accepted

ODD = ["a\x00b", "%_\\", "'\"--", "-", "9" * 30, "0001-01-01", "9999-12-31", "٣", "x" * 3000, '{"a": [1]}']
BANK, ITEM = "/bank/modules/{module}", "/bank/items/{item}"
PAGES = [BANK, "/bank/search", "/bank/reviews", f"{BANK}/kin", f"{BANK}/items/new", f"{BANK}/readings",
         f"{BANK}/settings", ITEM, f"{ITEM}/history"]  # fmt: skip
ASKED = [
    "search",
    "topic",
    "level",
    "outcome",
    "kind",
    "state",
    "author",
    "tag",
    "uses_from",
    "uses_to",
    "used_after",
    "used_before",
    "unused_months",
    "p_from",
    "p_to",
    "d_below",
    "data",
    "flag",
    "due",
    "comments",
    "mine",
    "waiting",
    "sort",
    "dir",
    "page",
    "size",
    "columns",
    "version",
    "new",
    "old",
    "module",
    "person",
    "item",
    "buffer",
]
POSTS = [(f"{BANK}/moves", "approve"), (f"{BANK}/moves/confirmed", "approve"), (f"{BANK}/changes", "retag"),
         (f"{BANK}/changes", "place"), (f"{BANK}/views", ""), (f"{BANK}/rights", ""), (f"{BANK}/enemies/new", ""),
         (f"{BANK}/acceptance", ""), (f"{ITEM}/comments", ""), (f"{ITEM}/restore", ""), (f"{ITEM}/typing", ""),
         ("/interchange/modules/{module}/bank.json", "")]  # fmt: skip
TYPED = [
    "ids",
    "comment",
    "seal",
    "add_tags",
    "remove_tags",
    "to_topic",
    "to_level",
    "to_outcome",
    "reason",
    "name",
    "person",
    "right",
    "buffer",
    "base",
    "revision",
    "stem",
    "text",
    "part",
    "reply_to",
    "version",
    "codes",
    "chair",
    "secretary",
    "members",
    "conclusion",
    "fingerprint",
    "held_at",
    "go",
]


@pytest.mark.parametrize("user", ["lecturer", "head"])
def test_no_odd_value_breaks_a_page(any_app, people, sign_in, user):
    places = {"module": people.module.public_id, "item": make_accepted(people).public_id}
    client = sign_in(getattr(people, user))
    for odd in ODD:
        for page in PAGES:
            answer = client.get(page.format(**places), query_string=dict.fromkeys(ASKED, odd))
            assert answer.status_code < 500, (page, odd)
        for address, act in POSTS:
            answer = client.post(address.format(**places), data=dict.fromkeys(TYPED, odd) | {"act": act})
            assert answer.status_code < 500, (address, odd)
    db.session.rollback()
