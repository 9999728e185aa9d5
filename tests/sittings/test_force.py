"""Two rounds of the bench of force, small: everything at once, and still one sitting, one submission, the right time."""

import random

import pytest
from flask import current_app

from bench.concurrency import SEED, Room, Round
from exambank.db import db


@pytest.mark.usefixtures("any_app", "room_closer")
def test_ten_at_once_start_take_over_extend_and_submit_against_the_sweeper(people):
    room = Room.open(current_app._get_current_object(), people, 2)
    db.session.remove()
    for at in range(2):
        played = Round(room, at, 10, random.Random(SEED + at))
        assert played.play() == []
        assert played.outcomes["receipt", next(name for kind, name in played.outcomes if kind == "receipt")] == 10
        assert played.outcomes["refused", "WrongCode"] == 4  # five takeovers with one code: one of them counts
