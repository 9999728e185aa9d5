"""PURE. Reading Moodle's pairs and orders: matching, ddmatch, ordering."""

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.moodle.choices import truth_of
from exambank.interchange.formats.moodle.question import Found, NotPlayable, Question, raw_of
from exambank.interchange.neutral import NOTICE, WARNING


def read_matching(question: Question) -> Found:
    """Prompts with their targets; an empty prompt only adds a target."""
    pairs = []
    for node in question.rows("subquestion"):
        answer = node.find("answer")
        if question.type == "matching" and answer is not None:
            target = question.html_of(raw_of(answer), "moodle_auto_format")
        else:
            target = question.html(answer)
        pairs.append((question.html(node), target))
    if question.own.get("kind") == "true_false_cluster":
        found = cluster_of(question, pairs)
        if found is not None:
            return found
    return matching_of(question, question.stem(), pairs)


def cluster_of(question, pairs) -> Found | None:
    """Our own grid of statements, which was written as matching with the words true and false."""
    truths = [truth_of(rules.plain_text(target)) for prompt, target in pairs if prompt]
    if not truths or None in truths:
        return None
    rows = [{"html": prompt, "is_key": is_true}
            for (prompt, _target), is_true in zip((one for one in pairs if one[0]), truths, strict=True)]  # fmt: skip
    scoring = question.own.get("scoring")
    content = {"options": rows, "scoring": scoring if isinstance(scoring, dict) else {}}
    return Found("true_false_cluster", question.stem(), content)


def matching_of(question, stem: str, pairs: list[tuple[str, str]]) -> Found:
    """A matching item of (prompt, target) pairs; targets that read the same are one."""
    targets: dict[str, str] = {}
    listed = question.own.get("targets")
    wanted = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    words = {rules.plain_text(html).casefold() for _prompt, html in pairs}
    for html in wanted:
        if rules.plain_text(html).casefold() in words:
            targets.setdefault(_key(html), html)
    for _prompt, html in pairs:
        if html:
            targets.setdefault(_key(html), html)
    tokens = {key: "t" + new_token() for key in targets}
    prompts, matched = [], {}
    for prompt, html in pairs:
        if not prompt:
            continue
        token = new_token()
        prompts.append({"token": token, "html": prompt})
        if html:
            matched[token] = tokens[_key(html)]
        else:
            question.tell("no_right_answer", WARNING)
    scoring = question.own.get("scoring")
    content = {
        "options": prompts,
        "targets": [{"token": tokens[key], "html": html} for key, html in targets.items()],
        "pairs": matched,
        "scoring": scoring if isinstance(scoring, dict) else {"rule": "per_pair"},
    }
    return Found("matching", stem, content)


def _key(html: str) -> str:
    words = rules.plain_text(html)
    return words if words else html


_GRADING = {
    "ALL_OR_NOTHING": "all_or_nothing",
    "ABSOLUTE_POSITION": "per_place",
    "RELATIVE_NEXT_EXCLUDE_LAST": "per_neighbour",
    "-1": "all_or_nothing",
    "0": "per_place",
    "1": "per_neighbour",
}


def read_ordering(question: Question) -> Found:
    """Lines in the order that their fractions count: 1, 2, 3."""
    answers = question.rows("answer")
    if not answers:
        raise NotPlayable("moodle_type_raw", type=question.type)
    places = [rules.read_number(node.get("fraction") or "") for node in answers]
    if None not in places and len(set(places)) == len(places):
        answers = [node for _place, node in sorted(zip(places, answers, strict=True), key=lambda one: one[0])]
    method = question.value("gradingtype", "ABSOLUTE_POSITION").upper()
    if method not in _GRADING:
        question.tell("scoring_simplified", WARNING)
    if question.value("selecttype", "ALL").upper() not in ("ALL", "0", ""):
        question.tell("moodle_subset_left_out", NOTICE)
    rows = [{"html": question.html(node)} for node in answers]
    scoring = {"rule": _GRADING.get(method, "per_neighbour")}
    return Found("ordering", question.stem(), {"options": rows, "scoring": scoring})
