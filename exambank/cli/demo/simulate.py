"""PURE. What the invented candidates know: abilities, how hard each item is for them, what they choose.

Whether somebody solves an item follows a two-parameter logistic curve with a chance of guessing; each item has its own
difficulty, discrimination and strongest distractor. All of it hangs on names and texts alone, so that the same
demonstration comes out every time.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DIFFICULTY_OF_LEVEL = (-0.4, 0.0, 0.4, 0.8)  # from the lowest cognitive level to the highest
GUESSING = {"single_choice": 0.2, "true_false": 0.4}
BLANKS = 0.015


def _chance(*parts: Any) -> random.Random:
    """A generator that belongs to these words."""
    return random.Random("/".join(str(part) for part in parts))


def ability(person: str) -> float:
    """Standard normal, moved a little up: most were taught well."""
    return _chance("ability", person).gauss(0.3, 1.0)


def process_mark(person: str) -> str:
    """The mark of the lessons, which goes with ability but not only with it."""
    mark = 7.2 + 0.7 * ability(person) + _chance("lessons", person).gauss(0, 0.6)
    return f"{min(9.8, max(4.5, mark)):.1f}"


def periods_missed(person: str) -> int:
    """Nobody here misses too many."""
    return _chance("absences", person).choice((0, 0, 0, 1, 2, 2, 3, 5))


@dataclass(frozen=True)
class ItemModel:
    """One item as candidates meet it; ``truth`` tells for each token, in the order written, whether it is right."""

    name: str
    kind: str
    level: int  # from 0
    truth: Mapping[str, bool]

    @property
    def difficulty(self) -> float:
        return DIFFICULTY_OF_LEVEL[self.level] + _chance("difficulty", self.name).gauss(0, 0.35)

    @property
    def discrimination(self) -> float:
        return _chance("discrimination", self.name).uniform(1.0, 2.2)


def answer(item: ItemModel, person: str) -> dict[str, Any] | None:
    """What this person gives, as a browser sends it; None: left blank."""
    rng = _chance("answer", item.name, person)
    if rng.random() < BLANKS:
        return None
    solved = _curve(item, ability(person))
    tokens = list(item.truth)
    if item.kind == "true_false_cluster":
        knows = solved**0.5
        return {"statements": {token: item.truth[token] == _is_right(rng, knows) for token in tokens}}
    if item.kind == "multiple_choice":
        knows = solved**0.35
        chosen = [token for token in tokens if item.truth[token] == (rng.random() < knows)]
        return {"choices": chosen or [rng.choice(tokens)]}
    guess = GUESSING[item.kind]
    keys = [token for token in tokens if item.truth[token]]
    if rng.random() < guess + (1 - guess) * solved:
        return {"choice": keys[0]}
    return {"choice": _distractor(item, rng, [token for token in tokens if not item.truth[token]])}


def _is_right(rng: random.Random, knows: float) -> bool:
    """A statement is known, or guessed with an even chance."""
    return rng.random() < 0.5 + 0.5 * knows


def _curve(item: ItemModel, theta: float) -> float:
    return 1 / (1 + math.exp(-item.discrimination * (theta - item.difficulty)))


def _distractor(item: ItemModel, rng: random.Random, wrong: Sequence[str]) -> str:
    """Some wrong options are more tempting than others."""
    tempting = [_chance("tempting", item.name, place).uniform(0.8, 2.0) for place, _token in enumerate(wrong)]
    return rng.choices(list(wrong), weights=tempting)[0]


def minutes_needed(person: str) -> int:
    """When this person hands in, in minutes from the start."""
    return _chance("pace", person).choice((41, 44, 47, 49, 51, 53, 54, 55, 56, 57, 58, 59))
