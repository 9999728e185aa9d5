"""A question answered aloud (vấn đáp): the room shows it and takes notes, examiners give the points."""

from flask_babel import gettext as _

from exambank.bank.interactions.base import Part, Score
from exambank.bank.interactions.contents import html_of, mapping, name_rows, whole_of
from exambank.bank.interactions.payloads import field_name
from exambank.bank.interactions.written import NOTHING, Written, check_rubric, normal_rubric, rubric_parts


class Oral(Written):
    """The payload is what the candidate noted while preparing; the answer itself is heard, so a blank waits as well."""

    kind = "oral"
    family = "spoken"

    def label(self):
        return _("Oral question")

    def instruction(self):
        return _("Prepare your answer; you give it aloud. Notes are for yourself.")

    def _normal_content(self, content):
        content = mapping(content)
        hints = mapping(content.get("hints"))
        rubric = name_rows(normal_rubric(content.get("rubric")))
        return {
            "options": [],
            "rubric": [{**row, "prompt": ""} for row in rubric],
            "model_answer": html_of(content.get("model_answer")),
            "follow_ups": html_of(content.get("follow_ups")),
            "hints": {name: whole_of(hints.get(name), 600) for name in ("preparation_minutes", "answer_minutes")},
            "scoring": {},
        }

    def check(self, content, stem_html=None):
        return check_rubric(content["rubric"])

    def _parts(self, stem_html, content):
        found = [Part("stem", _("Question text"), stem_html), *rubric_parts(content["rubric"])]
        for anchor, label in (("model_answer", _("Model answer")), ("follow_ups", _("Further questions"))):
            if content[anchor]:
                found.append(Part(anchor, label, content[anchor], is_secret=True))
        return found

    def fragment(self, stem_html, content, media=None):
        return {**super().fragment(stem_html, content, media), "hints": dict(content["hints"])}

    def response_from_form(self, form, question, tokens):
        return self.parse_response({"text": form.get(field_name(question), "")}, tokens)

    def score(self, content, payload, max_points):
        return Score(NOTHING, "pending")

    def describe_response(self, content, payload, tokens):
        return [(_("Notes"), self._given(payload), "pending")]
