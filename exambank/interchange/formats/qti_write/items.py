"""PURE. One item: what it declares, what it shows, how it is scored."""

from collections.abc import Mapping
from dataclasses import dataclass

from exambank.bank import rules
from exambank.interchange.formats.qti_write.kinds.case import SIMPLE, write_case
from exambank.interchange.formats.qti_write.marks import LINES, LISTS, write_marks
from exambank.interchange.formats.qti_write.nodes import Node, Version, document
from exambank.interchange.formats.qti_write.page import Page
from exambank.interchange.formats.qti_write.scoring import Names, Piece, outcome
from exambank.interchange.neutral import Draft, Problem

_WRITERS = {**{kind: pair[0] for kind, pair in SIMPLE.items()}, "case": write_case}
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
LONGEST_TITLE = 120


@dataclass(frozen=True)
class Item:
    """An item as a file: its bytes, the pictures it shows, what it is worth by itself, and what was lost."""

    identifier: str
    title: str
    body: bytes
    media: tuple[str, ...]
    largest: str
    interactions: tuple[str, ...]
    losses: tuple[Problem, ...]


def write_item(draft: Draft, identifier: str, version: Version, hrefs: Mapping[str, str]) -> Item:
    """An item of this version; ``hrefs`` are the addresses of the pictures, as its file sees them."""
    page = Page(version, hrefs)
    piece = _WRITERS[draft.kind](page, Names(), draft.stem, draft.content)
    picture = _picture(page, draft)
    title = draft.name or rules.plain_text(draft.stem)[:LONGEST_TITLE].strip() or identifier
    marks = {"kind": draft.kind, **piece.marks, "labels": _labels(draft, title, identifier, bool(picture))}
    body = Node("itemBody", *piece.body[:1], picture, *piece.body[1:])
    root = Node(
        "assessmentItem",
        *piece.responses,
        *_outcomes(piece, version),
        *piece.outcomes,
        write_marks(marks),
        _feedback_outcome(draft),
        body,
        _processing(piece, version),
        _feedback(page, draft),
        xmlns=version.namespace,
        xmlns__xsi=_XSI,
        xsi__schemaLocation=f"{version.namespace} {version.schema}",
        identifier=identifier,
        title=title,
        adaptive=False,
        timeDependent=False,
        toolName="exambank",
    )
    found = _interactions(body)
    return Item(
        identifier, title, document(root, version), tuple(page.used), piece.largest, found, tuple(page.losses)
    )  # fmt: skip


def _labels(draft: Draft, title: str, identifier: str, has_picture: bool) -> dict:
    """What the item is called and filed under: only what is there and does not stand in the item anyway."""
    found = {name: getattr(draft, name) for name in LINES if getattr(draft, name)}
    if found.pop("name", "") != title:  # the title was made of the text: unless another system gives one, it is none
        found["name"], found["made_title"] = draft.name, title
    if found.pop("identifier", "") != identifier:
        found["identifier"] = draft.identifier
    for name in LISTS:
        if getattr(draft, name):
            found[name] = list(getattr(draft, name))
    if draft.expected_seconds is not None:
        found["expected_seconds"] = draft.expected_seconds
    if has_picture:
        found.pop("picture_alt", None)
    return found


def _picture(page: Page, draft: Draft) -> Node | None:
    """The picture beside the text."""
    image = page.picture(draft.picture, draft.picture_alt) if draft.picture else None
    return Node("div", image, class_="eb-picture") if image is not None else None


def _outcomes(piece: Piece, version: Version) -> list[Node]:
    """The score of the whole, and the most it can be."""
    by_hand = "human" if piece.is_human and not piece.rules and version.code != "v2p1" else None
    return [
        outcome("SCORE", normalMinimum=piece.least, normalMaximum=piece.largest, externalScored=by_hand),
        outcome("MAXSCORE", piece.largest),
    ]


def _processing(piece: Piece, version: Version) -> Node | None:
    if piece.template:
        return Node("responseProcessing", template=version.template(piece.template))
    return Node("responseProcessing", *piece.rules) if piece.rules else None


def _feedback_outcome(draft: Draft) -> Node | None:
    """Set from the start: the explanation is shown whatever was answered, by whoever shows feedback at all."""
    if not draft.explanation:
        return None
    return outcome("FEEDBACK", "EXPLANATION", base_type="identifier")


def _feedback(page: Page, draft: Draft) -> Node | None:
    if not draft.explanation:
        return None
    inner = Node("div", page.text(draft.explanation), class_="eb-explanation")
    if page.version.has_dashes:
        inner = Node("contentBody", inner)
    return Node("modalFeedback", inner, outcomeIdentifier="FEEDBACK", identifier="EXPLANATION", showHide="show")


def _interactions(node: Node) -> tuple[str, ...]:
    """The names of the interactions in a body, each once; those within a text are found by what they are called."""
    found: dict[str, None] = {}

    def look(one) -> None:
        if isinstance(one, Node):
            if one.name.endswith("Interaction"):
                found[one.name] = None
            for child in one.children:
                look(child)
        else:
            for word, name in _INLINE.items():
                if word in one:
                    found[name] = None

    look(node)
    return tuple(found)


_INLINE = {
    "<textEntryInteraction": "textEntryInteraction", "<qti-text-entry-interaction": "textEntryInteraction",
    "<inlineChoiceInteraction": "inlineChoiceInteraction", "<qti-inline-choice-interaction": "inlineChoiceInteraction",
}  # fmt: skip
