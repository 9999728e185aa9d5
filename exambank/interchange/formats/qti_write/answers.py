"""PURE. A response as QTI records it, under the identifiers that the item of this content has in our packages."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exambank.bank import rules
from exambank.interchange.formats.qti_write.kinds.pairs import line_names
from exambank.interchange.formats.qti_write.kinds.parts import letter
from exambank.interchange.formats.qti_write.scoring import Names, number


@dataclass(frozen=True)
class Answer:
    """One response variable: what was given and what is right; () where nothing was given or nothing is declared."""

    identifier: str
    cardinality: str
    base_type: str
    given: tuple[str, ...]
    correct: tuple[str, ...] = ()


def answers_of(kind: str, content: Mapping, payload: str | Mapping | None, names: Names = Names()) -> list[Answer]:
    """Every response variable of an item, in the order of its fields."""
    given = json.loads(payload) if isinstance(payload, str) else payload
    return list(_KINDS[kind](content, given if isinstance(given, Mapping) else {}, names))


def _letters(rows: list[dict]) -> dict[str, str]:
    return {row["token"]: letter(place) for place, row in enumerate(rows)}


def _known(names: Mapping[str, str], tokens) -> tuple[str, ...]:
    return tuple(names[token] for token in tokens if token in names)


def _single(content, given, names) -> Iterator[Answer]:
    letters = _letters(content["options"])
    keys = [row["token"] for row in content["options"] if row["is_key"]]
    yield Answer(
        names.response, "single", "identifier", _known(letters, [given.get("choice")]), _known(letters, keys[:1])
    )


def _true_false(content, given, names) -> Iterator[Answer]:
    keys = tuple(row["token"] for row in content["options"] if row["is_key"])[:1]
    choice = given.get("choice")
    yield Answer(names.response, "single", "identifier", (choice,) if choice else (), keys)


def _multiple(content, given, names) -> Iterator[Answer]:
    letters = _letters(content["options"])
    keys = [row["token"] for row in content["options"] if row["is_key"]]
    chosen = sorted(_known(letters, given.get("choices") or ()))
    yield Answer(names.response, "multiple", "identifier", tuple(chosen), _known(letters, keys))


def _cluster(content, given, names) -> Iterator[Answer]:
    decided = given.get("statements") or {}
    pairs, keys = [], []
    for place, row in enumerate(content["options"], start=1):
        keys.append(f"S{place} {'T' if row['is_key'] else 'F'}")
        if decided.get(row["token"]) is not None:
            pairs.append(f"S{place} {'T' if decided[row['token']] else 'F'}")
    yield Answer(names.response, "multiple", "directedPair", tuple(pairs), tuple(keys))


def _short_text(content, given, names) -> Iterator[Answer]:
    words = given.get("text") or ""
    yield Answer(names.response, "single", "string", (words,) if words else (), _best(content["accepted"], "text"))


def _best(rows: list[dict], name: str) -> tuple[str, ...]:
    return next(((row[name],) for row in rows if row["share"] == "1"), ())


def _numeric(content, given, names) -> Iterator[Answer]:
    """A number as a number; what is none, or has a unit, as it was typed."""
    typed = " ".join(f"{given.get('value') or ''} {given.get('unit') or ''}".split())
    found = rules.read_number(typed)
    keys = tuple(number(key) or key for key in _best(content["answers"], "value"))
    if found is None and typed:
        yield Answer(names.response, "single", "string", (typed,), keys)
    else:
        yield Answer(names.response, "single", "float", (rules.write_number(found),) if found is not None else (), keys)


def _matching(content, given, names) -> Iterator[Answer]:
    prompts = {row["token"]: f"P{place}" for place, row in enumerate(content["options"], start=1)}
    targets = {row["token"]: f"T{place}" for place, row in enumerate(content["targets"], start=1)}

    def pairs(chosen) -> tuple[str, ...]:
        known = [(one, other) for one, other in chosen.items() if one in prompts and other in targets]
        return tuple(f"{prompts[one]} {targets[other]}" for one, other in known)

    yield Answer(names.response, "multiple", "directedPair", pairs(given.get("pairs") or {}), pairs(content["pairs"]))


def _ordering(content, given, names) -> Iterator[Answer]:
    lines = dict(zip((row["token"] for row in content["options"]), line_names(content["options"]), strict=True))
    places = {token: place for token, place in (given.get("places") or {}).items() if place is not None}
    given_order = _known(lines, sorted(places, key=places.get))
    yield Answer(names.response, "ordered", "identifier", given_order, tuple(lines.values()))


def _fill_in(content, given, names) -> Iterator[Answer]:
    filled = given.get("gaps") or {}
    for place, gap in enumerate(content["gaps"], start=1):
        words = filled.get(gap["token"])
        if gap["kind"] == "text":
            found = Answer("", "single", "string", (words,) if words else (), _best(gap["accepted"], "text"))
        else:
            letters = _letters(gap["choices"])
            keys = _known(letters, [row["token"] for row in gap["choices"] if row["is_key"]])
            found = Answer("", "single", "identifier", _known(letters, [words]), keys[:1])
        yield Answer(names.numbered(place), found.cardinality, found.base_type, found.given, found.correct)


def _essay(content, given, names) -> Iterator[Answer]:
    parts = given.get("parts") or {}
    for place, row in enumerate(content["prompts"], start=1):
        words = parts.get(row["token"]) or ""
        yield Answer(names.numbered(place), "single", "string", (words,) if words else ())
    if not content["prompts"]:
        yield from _oral(content, given, names)


def _oral(content, given, names) -> Iterator[Answer]:
    words = given.get("text") or ""
    yield Answer(names.response, "single", "string", (words,) if words else ())


def _case(content, given, names) -> Iterator[Answer]:
    answered = given.get("questions") or {}
    for place, row in enumerate(content["questions"], start=1):
        yield from answers_of(row["kind"], row["content"], answered.get(row["token"]), Names(f"Q{place}_"))


_KINDS = {
    "single_choice": _single, "multiple_choice": _multiple, "true_false": _true_false, "true_false_cluster": _cluster,
    "short_text": _short_text, "numeric": _numeric, "matching": _matching, "ordering": _ordering, "fill_in": _fill_in,
    "essay": _essay, "oral": _oral, "case": _case,
}  # fmt: skip
