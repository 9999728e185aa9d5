"""Forms for the things that are listed: terms, classes, modules, offerings, and the school itself."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional

from exambank.courses import labels
from exambank.courses.forms.fields import REQUIRED, Choice, Choices, Day, Whole, at_most, choices
from exambank.courses.rules import LEAD_LEAST, LEAD_MOST, SchoolSettings
from exambank.web import BaseForm

OWN_WORD = "own"


class CodedForm(BaseForm):
    """What has a code that is typed once and a name."""

    code = StringField(_l("Code"), [REQUIRED, at_most(60)])
    name = StringField(_l("Name"), [REQUIRED, at_most(300)])


class NameForm(BaseForm):
    name = StringField(_l("Name"), [REQUIRED, at_most(300)])


class OutcomeForm(BaseForm):
    code = StringField(_l("Code"), [REQUIRED, at_most(60)])
    text = TextAreaField(_l("What the learner can do"), [REQUIRED, at_most(1000)])


class ProgrammeForm(CodedForm):
    preset = Choice(_l("Start from the rules of"), [REQUIRED], choices=choices(labels.PRESET_LABELS.items()))


class TermForm(CodedForm):
    starts_on = Day(_l("First day"), [Optional()])
    ends_on = Day(_l("Last day"), [Optional()])


class CohortForm(CodedForm):
    intake = StringField(_l("Intake"), [at_most(60)])
    regulation = Choice(_l("Regulation"), [REQUIRED])


class LearnersForm(BaseForm):
    codes = TextAreaField(_l("Codes"), [REQUIRED, at_most(20_000)])


class ModuleForm(CodedForm):
    credits = Whole(_l("Credits"), 0, 60)
    programme = Choice(_l("Programme"), [REQUIRED])
    department = Choice(_l("Department"), [REQUIRED])
    is_active = BooleanField(_l("In use: offered for new classes, items and exams"), default=True)


class OfferingForm(BaseForm):
    course_module = Choice(_l("Course module"), [REQUIRED])
    cohort = Choice(_l("Class"), [REQUIRED])
    term = Choice(_l("Term"), [REQUIRED])
    periods = Whole(_l("Periods taught"), 0, 2000, default=0)
    lecturers = Choices(_l("Lecturers"))


class SchoolForm(BaseForm):
    name = StringField(_l("Name of the school"), [REQUIRED, at_most(300)])
    governing_body = StringField(_l("Governing body"), [at_most(300)])
    place = StringField(_l("Place"), [at_most(100)])
    course_module_word = Choice(_l("What is taught and examined"), [REQUIRED])
    course_module_own = StringField(_l("Own word for it"), [at_most(40)])
    learner_word = Choice(_l("Who learns"), [REQUIRED])
    learner_own = StringField(_l("Own word for them"), [at_most(40)])
    cohort_word = Choice(_l("The group they learn in"), [REQUIRED])
    cohort_own = StringField(_l("Own word for the group"), [at_most(40)])
    default_seal = Choice(
        _l("Papers are usually sealed"),
        choices=choices(
            [("holders", _l("by two holders together")), ("clock", _l("by the clock")), ("none", _l("not at all"))]
        ),
    )
    lead_minutes = Whole(_l("Minutes before the exam at which papers are opened"), LEAD_LEAST, LEAD_MOST)
    own_lecturer_sees_papers = BooleanField(
        _l("Who heads the department or works in the quality office sees papers also of a module this person teaches")
    )

    rehearsal = Choice(
        _l("Anybody may rehearse in the exam room"),
        choices=choices(
            [("always", _l("at any time")), ("quiet", _l("while no exam is open")), ("never", _l("never"))]
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for word, presets in labels.WORDS.items():
            self[f"{word}_word"].choices = choices([*presets.items(), (OWN_WORD, _l("another word"))])

    @classmethod
    def of(cls, school) -> "SchoolForm":
        """The form filled with the school; a word that is no preset is its own."""
        chosen: dict[str, str] = {}
        for word, presets in labels.WORDS.items():
            kept = (school.labels or {}).get(word) or word
            chosen[f"{word}_word"] = kept if kept in presets else OWN_WORD
            chosen[f"{word}_own"] = "" if kept in presets else kept
        chosen |= SchoolSettings.parse(school.settings).as_dict()
        return cls(obj=school, data=chosen)

    def validate(self, extra_validators=None) -> bool:
        is_valid = super().validate(extra_validators)
        for word in labels.WORDS:
            if self[f"{word}_word"].data == OWN_WORD and not self[f"{word}_own"].data:
                self[f"{word}_own"].errors = [*self[f"{word}_own"].errors, _l("Type the word, or choose one above.")]
                is_valid = False
        return is_valid

    def settings(self, kept: SchoolSettings, may_show_papers: bool) -> SchoolSettings:
        """What was chosen about papers; who may see them is not for a technician to change (``may_show_papers``)."""
        own = self.own_lecturer_sees_papers.data if may_show_papers else kept.own_lecturer_sees_papers
        return SchoolSettings(
            self.default_seal.data or kept.default_seal, self.lead_minutes.data, own,
            self.rehearsal.data or kept.rehearsal,
        )  # fmt: skip

    def words(self) -> dict[str, str]:
        """The chosen words as the school keeps them."""
        chosen = {}
        for word in labels.WORDS:
            preset = self[f"{word}_word"].data
            chosen[word] = self[f"{word}_own"].data if preset == OWN_WORD else preset
        return chosen
