"""PURE. Essays and questions answered aloud: a person scores them by the marking guide that goes along."""

import re

from exambank.bank.interactions import new_token, rubric_total
from exambank.interchange.formats.qti_write.kinds.parts import Given, stem_block
from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.page import Page
from exambank.interchange.formats.qti_write.scoring import Names, Piece, response
from exambank.interchange.formats.qti_write.walk import Foreign, attribute, classed, name_of, text_of

_LETTERS_A_WORD = 6


def write_essay(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """One field for the whole, or one for each part."""
    prompts, words = content["prompts"], content["hints"]["words"]
    body, responses = stem_block(page, stem), []
    length = words * _LETTERS_A_WORD if words else None
    for number, row in enumerate(prompts, start=1):
        body.append(Node("div", page.text(row["html"]), class_="eb-prompt"))
        body.append(_field(names.numbered(number), length // len(prompts) if length else None))
        responses.append(response(names.numbered(number), "single", "string"))
    if not prompts:
        body.append(_field(names.response, length))
        responses.append(response(names.response, "single", "string"))
    numbers = {row["token"]: number for number, row in enumerate(prompts, start=1)}
    return _scored_by_hand(page, content, [*body, _guide(page, content, numbers)], responses)


def read_essay(given: Given) -> tuple[str, dict]:
    """The stem and the content of an essay that we wrote."""
    fields = given.interactions()
    if any(name_of(one) != "extendedTextInteraction" for one in fields):
        raise Foreign("extendedTextInteraction")
    found = classed(given.scope, "eb-prompt")
    if len(fields) != max(len(found), 1):
        raise Foreign("eb-prompt")
    prompts = [{"token": new_token(), "html": given.body.text(one)} for one in found]
    return given.stem(), {"prompts": prompts, **_read_guide(given, prompts)}


def write_oral(page: Page, names: Names, stem: str, content: dict) -> Piece:
    """The question with a field for notes; what to ask next stands in the marking guide."""
    page.lose("qti_oral")
    body = [*stem_block(page, stem), _field(names.response, None), _guide(page, content, {})]
    return _scored_by_hand(page, content, body, [response(names.response, "single", "string")])


def read_oral(given: Given) -> tuple[str, dict]:
    """The stem and the content of an oral question that we wrote."""
    given.interaction("extendedTextInteraction")
    return given.stem(), _read_guide(given, [])


def _field(name: str, length: int | None) -> Node:
    return Node("extendedTextInteraction", responseIdentifier=name, expectedLength=length)


def _scored_by_hand(page: Page, content: dict, body: list[Node], responses: list[Node]) -> Piece:
    total = rubric_total(content["rubric"])
    largest = "1" if total.startswith("-") or total == "0" else total
    return Piece(body, responses, marks={"hints": content["hints"]}, largest=largest, is_human=True)


def _guide(page: Page, content: dict, numbers: dict[str, int]) -> Node | None:
    """The marking guide, for scorers only."""
    rows = []
    for row in content["rubric"]:
        of = f" eb-of-{numbers[row['prompt']]}" if row["prompt"] in numbers else ""
        points = Node("p", row["points"], class_="eb-points")
        rows.append(Node("div", points, Node("div", page.text(row["html"]), class_="eb-text"), class_=f"eb-rubric{of}"))
    for name, word in (("model_answer", "eb-model-answer"), ("follow_ups", "eb-follow-ups")):
        if content.get(name):
            rows.append(Node("div", page.text(content[name]), class_=word))
    if not rows:
        return None
    if page.version.has_dashes:
        return Node("rubricBlock", Node("contentBody", *rows), view="scorer", use="scoring")
    return Node("rubricBlock", *rows, view="scorer")


def _read_guide(given: Given, prompts: list[dict]) -> dict:
    rubric = []
    for row in classed(given.scope, "eb-rubric"):
        points, words = (next(iter(classed(row, name)), None) for name in ("eb-points", "eb-text"))
        number = next((one[6:] for one in attribute(row, "class").split() if one.startswith("eb-of-")), "")
        place = int(number) - 1 if re.fullmatch(r"[0-9]{1,4}", number) else -1
        of = prompts[place]["token"] if 0 <= place < len(prompts) else ""
        rubric.append({"html": given.body.text(words), "points": text_of(points), "prompt": of})
    texts = {
        name: "".join(given.body.text(one) for one in classed(given.scope, word)[:1])
        for name, word in (("model_answer", "eb-model-answer"), ("follow_ups", "eb-follow-ups"))
    }
    return {"rubric": rubric, **texts, "hints": given.marks.get("hints")}
