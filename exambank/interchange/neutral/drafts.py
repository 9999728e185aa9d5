"""PURE. An item as our bank keeps it, before it is in the bank: no ids, nothing looked up."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from exambank import text
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY

_UNORDERED = {"targets", "choices"}
_LONGEST_TOPIC = 1_000
_GAP = re.compile(r'data-gap="([^"]*)"')


@dataclass(frozen=True)
class Draft:
    """``stem`` and ``content`` are what the bank stores (sanitised HTML, normalised content).

    Pictures stand in the texts as ``<img data-media="ID" alt="...">`` with an id of the reading's ``media``;
    ``picture`` is the id of one that stands beside the text. ``picture_name`` names a file that did not come along.
    ``topic_names`` are the names under which the topic may already exist, the first being the one to create.
    """

    kind: str
    stem: str
    content: Mapping[str, Any]
    name: str = ""  # the title or number that it has in the source
    identifier: str = ""  # the source's own id of it
    topic_names: tuple[str, ...] = ()
    level: str = ""
    outcome: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    source_chapter: str = ""
    source_page: str = ""
    contributors: str = ""
    licence: str = ""
    expected_seconds: int | None = None
    points: str = ""  # what the source gives for it, a decimal string
    picture: str = ""
    picture_alt: str = ""
    picture_name: str = ""
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)  # what only our own JSON carries (state, author ...)

    def as_dict(self) -> dict:
        """Plain data, to be kept as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> "Draft":
        lists = {name: tuple(values.get(name) or ()) for name in ("topic_names", "tags")}
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**{**known, **lists})

    @property
    def explanation(self) -> str:
        return self.content.get("explanation", "")


def draft_of(kind: str, stem: str, content: Mapping, **labels: Any) -> Draft:
    """A draft whose texts are sanitised and whose content is complete; ``labels`` as ``Draft`` has them.

    One-line labels become NFC and single-spaced. KeyError for a kind that we do not have.
    """
    interaction = REGISTRY[kind]
    tidy = {name: _tidy(value) if isinstance(value, str) else value for name, value in labels.items()}
    if "topic_names" in tidy:  # one name stands over thousands of items
        tidy["topic_names"] = tuple(name[:_LONGEST_TOPIC] for name in tidy["topic_names"] or ())
    return Draft(kind, rules.sanitize_html(stem), interaction.normalise(dict(content)), **tidy)


def _tidy(line: str) -> str:
    return " ".join(text.nfc(text.strip_control(line)).split())


def comparable(draft: Draft) -> dict[str, Any]:
    """The draft with every token replaced by its place: two drafts that say the same are equal.

    Tokens are random names; a format that cannot carry them loses nothing. Targets of a matching item and the choices
    of a drop-down have no order of their own, so neither has their list.
    """
    values = draft.as_dict()
    values["stem"], values["content"] = _nameless(draft.stem, draft.content)
    return values


# what holds words: a word that happens to be somebody's token is still a word
_WORDS = frozenset({"html", "text", "explanation", "model_answer", "follow_ups"})


def _nameless(stem: str, content: Mapping) -> tuple[str, dict]:
    """Stem and content of an item or of a question of a case; each has its own names, and may repeat another's."""
    questions = [row for row in content.get("questions", ()) if isinstance(row, Mapping)]
    outer = _in_one_order({name: value for name, value in content.items() if name != "questions"})
    names = {token: f"#{place}" for place, token in enumerate(_tokens(outer), start=1)}
    found = _renamed(outer, names)
    if "questions" in content:
        found["questions"] = [_nameless_question(row, place) for place, row in enumerate(questions, start=1)]
    return _GAP.sub(lambda gap: f'data-gap="{names.get(gap[1], gap[1])}"', stem), found


def _nameless_question(row: Mapping, place: int) -> dict:
    stem, content = _nameless(row.get("stem", ""), row.get("content") or {})
    return {**row, "token": f"#{place}", "stem": stem, "content": content}


def _in_one_order(value: Any) -> Any:
    """The content with every list that has no order of its own sorted by what stands in it."""
    if isinstance(value, Mapping):
        found = {name: _in_one_order(one) for name, one in value.items()}
        for name in _UNORDERED & found.keys():
            found[name] = sorted(found[name], key=lambda row: (row.get("html", row.get("text")), row.get("is_key")))
        return found
    return [_in_one_order(one) for one in value] if isinstance(value, list | tuple) else value


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("token"), str) and value["token"] not in ("true", "false"):
            yield value["token"]
        for one in value.values():
            yield from _tokens(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _tokens(one)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            names.get(name, name): one if name in _WORDS and isinstance(one, str) else _renamed(one, names)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value
