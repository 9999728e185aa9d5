"""A text that the candidate writes, whole or in parts; a person marks it."""

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Part, Problem, shown_words
from exambank.bank.interactions.contents import html_of, mapping, name_rows, rows_of, whole_of
from exambank.bank.interactions.payloads import (
    LONGEST_ESSAY,
    field_name,
    known_fields,
    many_lines,
    only_field,
    read_payload,
    too_long,
)
from exambank.bank.interactions.written import Written, check_rubric, normal_rubric, rubric_parts

MOST_PROMPTS = 10


class Essay(Written):
    """``prompts`` are the parts ("ý") to be answered one by one; without them one text answers the stem."""

    kind = "essay"
    family = "written"

    def label(self):
        return _("Essay")

    def instruction(self):
        return _("Write your answer.")

    def _normal_content(self, content):
        content = mapping(content)
        prompts = [
            {"token": row.get("token"), "html": html_of(row.get("html"))} for row in rows_of(content.get("prompts"))
        ]
        prompts = name_rows(prompts)
        known = {row["token"] for row in prompts}
        rubric = name_rows(normal_rubric(content.get("rubric")))
        hints = mapping(content.get("hints"))
        return {
            "options": [],
            "prompts": prompts,
            "rubric": [{**row, "prompt": row["prompt"] if row["prompt"] in known else ""} for row in rubric],
            "model_answer": html_of(content.get("model_answer")),
            "hints": {"words": whole_of(hints.get("words"), 20_000), "minutes": whole_of(hints.get("minutes"), 600)},
            "scoring": {},
        }

    def check(self, content, stem_html=None):
        problems = []
        for number, row in enumerate(content["prompts"], start=1):
            anchor = f"prompt:{row['token']}"
            if not shown_words(row["html"]):
                message = _("Part %(number)s is empty. Fill it in or remove it.", number=number)
                problems.append(Problem("empty_prompt", message, part=anchor))
            if content["rubric"] and all(line["prompt"] != row["token"] for line in content["rubric"]):
                message = _("No line of the marking guide belongs to part %(number)s.", number=number)
                problems.append(Problem("prompt_without_rubric", message, is_blocking=False, part=anchor))
        if len(content["prompts"]) > MOST_PROMPTS:
            problems.append(Problem("too_many_prompts", _("At most %(count)s parts fit.", count=MOST_PROMPTS)))
        return problems + check_rubric(content["rubric"])

    def _parts(self, stem_html, content):
        names = _names(content)
        found = [Part("stem", _("Question text"), stem_html)]
        found += [Part(f"prompt:{row['token']}", names[row["token"]], row["html"]) for row in content["prompts"]]
        found += rubric_parts(content["rubric"], names)
        if content["model_answer"]:
            found.append(Part("model_answer", _("Model answer"), content["model_answer"], is_secret=True))
        return found

    def fragment(self, stem_html, content, media=None):
        prompts = [{"token": row["token"], "html": row["html"]} for row in content["prompts"]]
        return {**super().fragment(stem_html, content, media), "prompts": prompts, "hints": dict(content["hints"])}

    def tokens_of(self, fragment):
        return [row["token"] for row in fragment["prompts"]]

    def arrange(self, fragment, tokens):
        rows = {row["token"]: row for row in fragment["prompts"]}
        return {**fragment, "prompts": [rows[token] for token in tokens]}

    def deal_order(self, content, rng):
        return [row["token"] for row in content["prompts"]]

    def _canonical(self, value, tokens):
        if not tokens:
            return super()._canonical(value, tokens)
        parts = known_fields(only_field(value, "parts"), tokens)
        written = {token: many_lines(text) if text is not None else "" for token, text in parts.items()}
        if sum(map(len, written.values())) > LONGEST_ESSAY:
            raise too_long(LONGEST_ESSAY)
        return {"parts": written}

    def response_from_form(self, form, question, tokens):
        if not tokens:
            return self.parse_response({"text": form.get(field_name(question), "")}, tokens)
        parts = {token: form.get(field_name(question, token), "") for token in tokens}
        return self.parse_response({"parts": parts}, tokens)

    def _given(self, payload):
        given = read_payload(payload)
        return "\n".join([given.get("text") or "", *(part or "" for part in given.get("parts", {}).values())]).strip()

    def describe_response(self, content, payload, tokens):
        given = read_payload(payload)
        if not content["prompts"]:
            return [_line(_("Answer"), given.get("text", ""))]
        parts = given.get("parts") or {}
        names = _names(content)
        return [
            _line(f"{names[row['token']]}: {rules.plain_text(row['html'])}", parts.get(row["token"], ""))
            for row in content["prompts"]
        ]


def _names(content: dict) -> dict[str, str]:
    return {row["token"]: _("Part %(number)s", number=number) for number, row in enumerate(content["prompts"], start=1)}


def _line(label: str, written: str) -> tuple[str, str, str]:
    return label, written, "pending" if written.strip() else "blank"
