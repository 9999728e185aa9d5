"""PURE. Questions in which things are put together or into order."""

from fractions import Fraction

from exambank.bank.interactions import new_token
from exambank.interchange.formats.canvas.materials import as_paragraph, joined
from exambank.interchange.formats.canvas.presentation import Label, Response
from exambank.interchange.formats.canvas.question import Built, Question, Unplayable
from exambank.interchange.formats.canvas.scoring import Rule

NOWHERE = "—"  # stands for "none of these" in every language


# --- matching ---


def build_matching(question: Question, responses: list[Response]) -> Built:
    """Each response is a line whose labels are the matches; lines and matches without any text are left out."""
    if any(response.cardinality == "multiple" for response in responses):
        return _categories(question, responses)
    targets = _Targets()
    prompts, pairs, empty = [], {}, 0
    for response in responses:
        key = _key(question, response)
        words = _label_text(question, response, key) if key else ""
        if not response.prompt and not words:
            empty += 1
            continue
        token = new_token()
        prompts.append({"token": token, "html": response.prompt})
        if key is not None:
            pairs[token] = targets.add(words)
    for response in responses:
        for label in response.labels:
            targets.add(_label_text(question, response, label))
    if len(prompts) == 1 and len(targets.rows) > 1:
        return _one_line(question, prompts[0], targets, pairs)
    content = {"options": prompts, "targets": targets.rows, "pairs": pairs, **_scoring(question)}
    built = Built("matching", question.stem, content)
    built.feedback_names = [(one.ident.removeprefix("response_"), one.name) for one in responses]
    if empty:
        built.note("empty_lines_left_out", count=empty)
    if len(pairs) < len(prompts):
        built.warn("no_right_answer")
    return built


def _one_line(question: Question, prompt: dict, targets: "_Targets", pairs: dict[str, str]) -> Built:
    """A single line with several matches is a choice among them."""
    stem = joined([question.stem, as_paragraph(prompt["html"])]) if prompt["html"] else question.stem
    rows = [{"html": row["html"], "is_key": row["token"] in pairs.values()} for row in targets.rows]
    built = Built("single_choice", stem, {"options": rows})
    built.note("one_line_matching")
    if not pairs:
        built.warn("no_right_answer")
    return built


class _Targets:
    """The matches, each text once."""

    def __init__(self):
        self._tokens: dict[str, str] = {}

    def add(self, html: str) -> str:
        if not html:
            return ""
        return self._tokens.setdefault(html, "t" + new_token())

    @property
    def rows(self) -> list[dict]:
        return [{"token": token, "html": html} for html, token in self._tokens.items()]


def _label_text(question: Question, response: Response, label: Label) -> str:
    """The text of a match; Blackboard writes the texts apart, in the order of the labels."""
    shown = question.presentation.shown_matches
    place = response.labels.index(label)
    return label.html or (shown[place] if place < len(shown) else "")


def _key(question: Question, response: Response) -> Label | None:
    weights = question.rules.weights(response.ident)
    best = max(response.labels, key=lambda one: weights.get(one.ident, Fraction(0)), default=None)
    return best if best is not None and weights.get(best.ident, 0) > 0 else None


def _scoring(question: Question) -> dict:
    names = ("allornothing", "deepequals")
    return {"scoring": {"rule": "all_or_nothing"}} if question.scoring_algorithm in names else {}


# --- categories ---


def _categories(question: Question, responses: list[Response]) -> Built:
    """Things to sort: each is a line, the categories are the matches."""
    targets = {response.ident: "t" + new_token() for response in responses}
    rows = [{"token": targets[response.ident], "html": response.prompt} for response in responses]
    prompts, pairs, tokens, twice = [], {}, {}, []
    for label in {label.ident: label for response in responses for label in response.labels}.values():
        homes = [one.ident for one in responses if question.rules.weights(one.ident).get(label.ident, 0) > 0]
        tokens[label.ident] = new_token()
        prompts.append({"token": tokens[label.ident], "html": label.html})
        if homes:
            pairs[tokens[label.ident]] = targets[homes[0]]
        if len(homes) > 1:
            twice.append(label.words)
    built = Built(
        "matching", question.stem, {"options": prompts, "targets": rows, "pairs": pairs, **_scoring(question)}
    )
    if not pairs:
        built.warn("no_right_answer")
    elif len(pairs) < len(prompts):
        nowhere = "t" + new_token()
        rows.append({"token": nowhere, "html": NOWHERE})
        loose = [row["token"] for row in prompts if row["token"] not in pairs]
        pairs.update(dict.fromkeys(loose, nowhere))
        built.warn("belongs_nowhere", count=len(loose), sign=NOWHERE)
    if twice:
        built.warn("belongs_twice", words="; ".join(twice))
    return built


# --- ordering ---


def build_ordering(question: Question, response: Response) -> Built:
    """The labels in the order that the best rule wants."""
    labels = {label.ident: label for label in response.labels}
    order = _order(question, response)
    if order is None:
        raise Unplayable("order_unknown")
    lines = [labels[ident] for ident in order if ident in labels]
    rest = [label for label in response.labels if label.ident not in order]
    stem = "".join(f"<p>{one}</p>" for one in (question.stem, response.prompt)) if response.prompt else question.stem
    built = Built("ordering", stem, {"options": [{"html": label.html} for label in lines + rest]})
    if rest:
        built.warn("order_partly_unknown", words="; ".join(label.words for label in rest))
    return built


def _order(question: Question, response: Response) -> list[str] | None:
    """The idents in their right order: one rule that names them all, or a rule for each place."""
    for rule in sorted(question.rules.scored, key=lambda one: -len(one.wanted(response.ident))):
        claims = rule.wanted(response.ident)
        if len(claims) > 1:
            return _by_index([(claim.attributes.get("index", ""), claim.value) for claim in claims])
        break
    places = [(_index(rule), rule.wanted(response.ident)[0].value) for rule in _single_rules(question, response)]
    return _by_index(places) if places else None


def _single_rules(question: Question, response: Response) -> list[Rule]:
    return [one for one in question.rules.scored if len(one.wanted(response.ident)) == 1]


def _index(rule: Rule) -> str:
    return rule.wanted()[0].attributes.get("index", "")


def _by_index(places: list[tuple[str, str]]) -> list[str]:
    if all(index.isascii() and index.isdigit() and len(index) < 6 for index, _value in places):
        places = sorted(places, key=lambda one: int(one[0]))
    return list(dict.fromkeys(value for _index, value in places))
