"""Are near-duplicates found, quickly, without false alarms? A bank of 10,000 generated items with 20 planted twins.

    python -m bench.twins [--items 10000] [--bank FILE.json]

The twins are edits of five kinds: tone placement, order of options, punctuation, a number, a synonym. Measured: how
many are proposed for the edited text as it is typed and by the search through the whole bank, what else is proposed,
and the time of both. ``--bank`` adds a bank of one's own (a list of {"stem", "options", "key", "picture"}): no two of
its items with different pictures may be proposed. The last line is one JSON object; 1 when fewer than 18 are found.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from bench.twin_words import ASKS, CONTEXTS, HOWS, OBJECTS, SUBJECTS, SYNONYMS, TONES, VERBS
from exambank import clock, create_app
from exambank.accounts.models import Department, User
from exambank.bank import service
from exambank.bank.interactions import content_from_text
from exambank.bank.models import Item, ItemVersion, KinshipPair
from exambank.bank.rules import html_from_text, kinship
from exambank.courses.models import CourseModule, Programme
from exambank.db import db, unit_of_work
from exambank.permissions import Actor, Role

SEED = 20261121
LEAST_FOUND, PLANTED = 18, 20
PROPOSALS = 200


@dataclass(frozen=True)
class Made:
    """An item of the bench."""

    stem: str
    options: tuple[str, ...]
    key: int = 0
    picture: str = ""

    def draft(self) -> service.ItemDraft:
        content = content_from_text(
            "single_choice", [(one, place == self.key) for place, one in enumerate(self.options)]
        )
        return service.ItemDraft("single_choice", html_from_text(self.stem), content, picture_name=self.picture or None)


@dataclass(frozen=True)
class Edit:
    """A twin: which item it was made of, by what kind of edit."""

    kind: str
    of: int
    made: Made


# --- making items ---


def make_items(rng: random.Random, count: int) -> list[Made]:
    """So many different items: no two have the same stem, many share most of its words."""
    found: dict[str, Made] = {}
    while len(found) < count:
        made = _make_one(rng)
        found.setdefault(made.stem, made)
    return list(found.values())


def _make_one(rng: random.Random) -> Made:
    stem = rng.choice(ASKS).format(
        subject=rng.choice(SUBJECTS),
        context=rng.choice(CONTEXTS),
        number=rng.randint(2, 60),
        year=rng.randint(1986, 2030),
    )
    if rng.random() < 0.15:
        unit = rng.choice(("ngày", "tháng", "người", "phần trăm", "đồng chí", "buổi"))
        numbers = rng.sample(range(2, 90), 4)
        return Made(stem, tuple(f"{number} {unit}" for number in sorted(numbers)), rng.randrange(4))
    return Made(stem, tuple(_clause(rng) for _ in range(4)), rng.randrange(4))


def _clause(rng: random.Random) -> str:
    return f"{rng.choice(VERBS)} {rng.choice(OBJECTS)} {rng.choice(HOWS)}".strip().capitalize()


# --- planting twins ---


def plant(rng: random.Random, items: list[Made], count: int = PLANTED) -> list[Edit]:
    """Twins of items chosen by chance, as many of each kind."""
    edits, order = [], rng.sample(range(len(items)), len(items))
    for place in range(count):
        kind, edit = list(KINDS.items())[place % len(KINDS)]
        while True:
            at = order.pop()
            made = edit(rng, items[at])
            if made is not None:
                break
        edits.append(Edit(kind, at, made))
    return edits


def _edit_tone(rng: random.Random, made: Made) -> Made | None:
    """The other placing of tone marks, everywhere."""
    changed = replace(made, stem=_place_tones(made.stem), options=tuple(map(_place_tones, made.options)))
    return changed if changed != made else None


def _place_tones(words: str) -> str:
    for one, other in TONES.items():
        words = words.replace(one, other)
    return words


def _edit_order(rng: random.Random, made: Made) -> Made:
    """The options in another order, and the halves of "a and b" of one of them exchanged."""
    order = rng.sample(range(len(made.options)), len(made.options))
    options = [made.options[at] for at in order]
    halves = options[0].split(" và ")
    if len(halves) == 2:
        options[0] = " và ".join(reversed(halves))
    return replace(made, options=tuple(options), key=order.index(made.key))


def _edit_punctuation(rng: random.Random, made: Made) -> Made:
    """Other signs, spaces and capitals."""
    stem = made.stem.replace(",", "").replace("?", " ?").replace(" là ", "  là: ")
    return replace(made, stem=f"{stem[0].lower()}{stem[1:]}", options=tuple(f"{one.lower()}." for one in made.options))


def _edit_number(rng: random.Random, made: Made) -> Made | None:
    """One number of the stem is another."""
    numbers = [word for word in made.stem.replace("?", " ").split() if word.isdecimal()]
    if not numbers:
        return None
    return replace(made, stem=made.stem.replace(numbers[0], str(int(numbers[0]) + rng.randint(1, 5)), 1))


def _edit_synonym(rng: random.Random, made: Made) -> Made | None:
    """One word of the stem, and one of an option if there is any, say the same by another word."""
    stem = _with_synonym(made.stem)
    if stem == made.stem:
        return None
    options = list(made.options)
    options[-1] = _with_synonym(options[-1])
    return replace(made, stem=stem, options=tuple(options))


def _with_synonym(words: str) -> str:
    for one, other in SYNONYMS.items():
        if one in words:
            return words.replace(one, other, 1)
    return words


KINDS: dict[str, Callable[[random.Random, Made], Made | None]] = {
    "tone placement": _edit_tone,
    "order of options": _edit_order,
    "punctuation": _edit_punctuation,
    "number": _edit_number,
    "synonym": _edit_synonym,
}


# --- measuring ---


def run(options: argparse.Namespace) -> dict:
    rng = random.Random(SEED)
    items = make_items(rng, options.items)
    edits = plant(rng, items)
    app = create_app({"RUN_SWEEPER": False, "NUDGE_WORKER": False})
    with app.app_context():
        db.create_all()
        module, actor = _place()
        result = {"items": len(items), "planted": len(edits)}
        ids = _fill(module, actor, items)
        result["typed"] = _measure_typed(module, edits, ids)
        result["proposal_ms"] = _measure_proposals(rng, module, items)
        twin_ids = _fill(module, actor, [edit.made for edit in edits])
        result["search"] = _measure_search(module, actor, edits, ids, twin_ids)
        if options.bank:
            result["own_bank"] = _measure_bank(actor, Path(options.bank))
        db.session.remove()
        db.engine.dispose()
    result["found"] = min(result["typed"]["found"], result["search"]["found"])
    return result


def _place(code: str = "DO") -> tuple[CourseModule, Actor]:
    with unit_of_work() as session:
        department = Department(code=code, name=code, sort_key=code)
        programme = Programme(code=code, name=code)
        user = User(username=code, code=code, full_name=code, sort_key=code, search_key=code, created_at=clock.now())
        session.add_all([department, programme, user])
        session.flush()
        module = CourseModule(
            code=code, name=code, sort_key=code, search_key=code, credits=3, programme_id=programme.id,
            department_id=department.id,
        )  # fmt: skip
        session.add(module)
    return module, Actor(user.id, user.public_id, code, frozenset({Role.QUALITY_OFFICE}))


def _fill(module: CourseModule, actor: Actor, items: list[Made]) -> list[int]:
    ids = []
    for start in range(0, len(items), 500):
        drafts = [made.draft() for made in items[start : start + 500]]
        ids += service.add_drafts(actor=actor, now=clock.now(), course_module=module, drafts=drafts)
    return ids


def _find(module: CourseModule, made: Made) -> list:
    draft = made.draft()
    return service.find_kin(
        course_module=module, kind=draft.kind, stem=draft.stem, content=draft.content, picture=made.picture or None
    )


def _measure_typed(module: CourseModule, edits: list[Edit], ids: list[int]) -> dict:
    """Each twin as if it were being typed: is the item it was made of proposed, and is a slip told from a change?"""
    found, missed, told = 0, [], 0
    for edit in edits:
        kin = {one.item.id: one for one in _find(module, edit.made)}
        one = kin.get(ids[edit.of])
        found += one is not None
        told += one is not None and one.is_same == (edit.kind in ("tone placement", "punctuation"))
        told += one is not None and edit.kind == "order of options" and one.is_same
        if one is None:
            missed.append(edit.kind)
    return {"found": found, "missed": missed, "told_rightly": told}


def _measure_proposals(rng: random.Random, module: CourseModule, items: list[Made]) -> dict:
    wall, cpu = [], []
    for made in rng.sample(items, min(PROPOSALS, len(items))):
        draft = made.draft()
        db.session.rollback()
        started, used = time.perf_counter(), time.process_time()
        service.find_kin(course_module=module, kind=draft.kind, stem=draft.stem, content=draft.content)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    wall.sort()
    return {
        "median": round(statistics.median(wall), 1), "p95": round(wall[int(len(wall) * 0.95)], 1),
        "worst": round(wall[-1], 1), "cpu_median": round(statistics.median(cpu), 1),
    }  # fmt: skip


def _measure_search(module: CourseModule, actor: Actor, edits: list[Edit], ids: list[int], twin_ids: list[int]) -> dict:
    search = service.start_search(actor=actor, now=clock.now(), course_module=module)
    started, used, steps, slowest = time.perf_counter(), time.process_time(), 0, 0.0
    while True:
        begun = time.perf_counter()
        goes_on = service.search_step(search.public_id)
        slowest = max(slowest, time.perf_counter() - begun)
        if not goes_on:
            break
        steps += 1
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    rows = db.session.execute(select(KinshipPair.first_id, KinshipPair.second_id, KinshipPair.likeness)).all()
    planted = {(ids[edit.of], twin): edit.kind for edit, twin in zip(edits, twin_ids, strict=True)}
    pairs = {(row.first_id, row.second_id) for row in rows}
    other = sorted((row.likeness for row in rows if (row.first_id, row.second_id) not in planted), reverse=True)
    found = sum(pair in pairs for pair in planted)
    return {
        "found": found, "missed": [kind for pair, kind in planted.items() if pair not in pairs],
        "other_pairs": len(other), "likest_other": other[:5],
        "precision": round(found / len(rows), 3) if rows else None, "steps": steps,
        "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1), "slowest_step_ms": round(slowest * 1000),
    }  # fmt: skip


def _measure_bank(actor: Actor, path: Path) -> dict:
    """A bank of one's own: what is proposed in it, and that no proposal has two pictures; then twins planted in it."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    items = [Made(row["stem"], tuple(row["options"]), row["key"], row.get("picture") or "") for row in rows]
    module, _actor = _place("RIENG")
    ids = _fill(module, actor, items)
    search = service.start_search(actor=actor, now=clock.now(), course_module=module)
    while service.search_step(search.public_id):
        pass
    picture = {item_id: made.picture for item_id, made in zip(ids, items, strict=True)}
    query = select(KinshipPair).where(KinshipPair.course_module_id == module.id)
    pairs = list(db.session.scalars(query))
    other_picture = sum(picture[pair.first_id] != picture[pair.second_id] for pair in pairs)
    compared = service.list_pairs(module, per_page=100).items
    plain = [made for made in items if len(made.options) > 1]
    edits = plant(random.Random(SEED), plain)
    typed = _measure_typed(module, edits, [ids[items.index(made)] for made in plain])
    return {
        "items": len(items), "stems": len({made.stem for made in items}), "pairs": len(pairs),
        "pairs_called_the_same": sum(one.is_same for one in compared),
        "pairs_with_other_pictures": other_picture, "every_pair": _all_pairs_with_other_pictures(ids), "typed": typed,
    }  # fmt: skip


def _all_pairs_with_other_pictures(ids: list[int]) -> int:
    """Over all pairs of the bank, not only the candidates: how many with other pictures are proposed."""
    query = select(ItemVersion).join(Item, Item.current_version_id == ItemVersion.id).where(Item.id.in_(ids))
    versions = list(db.session.scalars(query))
    profiles = [
        kinship.profile_of(service.read_words(v.item.kind, v.stem, v.content).texts.with_picture(v.picture_name or ""))
        for v in versions
    ]
    return sum(
        one.picture_name != other.picture_name and kinship.likeness(one, other) >= kinship.PROPOSED
        for at, one in enumerate(profiles)
        for other in profiles[:at]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--bank", help="a JSON file with a bank of one's own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exambank-twins-") as folder:
        os.environ["EXAMBANK_INSTANCE"] = folder
        result = run(options)
    print(json.dumps(result, ensure_ascii=False))
    own = result.get("own_bank", {"pairs_with_other_pictures": 0, "every_pair": 0})
    is_right = result["found"] >= LEAST_FOUND and not own["pairs_with_other_pictures"] and not own["every_pair"]
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
