"""The words for roles, weak passwords and faulty rows, in one place."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank.accounts.rules import (
    CODE_LENGTH,
    NAME_LENGTH,
    PASSWORD_LONGEST,
    PASSWORD_SHORTEST,
    Gender,
    RowFault,
    RowProblem,
    Weakness,
)
from exambank.permissions import Role

_ROLES = {
    Role.LEARNER: _l("Learner"),
    Role.LECTURER: _l("Lecturer"),
    Role.DEPARTMENT_HEAD: _l("Head of department"),
    Role.TRAINING_OFFICE: _l("Training office"),
    Role.QUALITY_OFFICE: _l("Quality office"),
    Role.INVIGILATOR: _l("Invigilator"),
    Role.MARKER: _l("Marker"),
    Role.LEADERSHIP: _l("School leadership"),
    Role.INSPECTOR: _l("Inspector"),
    Role.IT: _l("IT administrator"),
}


def role_label(role: str) -> str:
    """The role as people call it."""
    return str(_ROLES[Role(role)])


def list_role_choices() -> list[tuple[str, str]]:
    """All roles in the order in which forms offer them."""
    return [(role.value, str(label)) for role, label in _ROLES.items()]


def gender_label(gender: str | None) -> str:
    """The gender in a word, or that none is recorded."""
    return {Gender.FEMALE: _("Female"), Gender.MALE: _("Male")}[gender] if gender else _("not recorded")


def list_gender_choices() -> list[tuple[str, str]]:
    """What the form of a person offers; nothing recorded comes first."""
    return [(value, gender_label(value)) for value in ("", *Gender)]


def weakness_message(weakness: Weakness) -> str:
    """Why the password is refused and what to do."""
    return {
        Weakness.TOO_SHORT: _("Use at least %(count)s characters.", count=PASSWORD_SHORTEST),
        Weakness.TOO_LONG: _("Use at most %(count)s characters.", count=PASSWORD_LONGEST),
        Weakness.IS_CODE: _("This is the sign-in code itself. Choose something that others do not know."),
        Weakness.IS_NAME: _("This is the person's own name. Choose something that others do not know."),
        Weakness.COMMON: _("This password is among the first ones that guessers try. Choose another."),
        Weakness.FEW_CHARACTERS: _("This repeats one or two characters. Choose something harder to guess."),
    }[weakness]


def row_problem_message(problem: RowProblem) -> str:
    """What is wrong with the row and what to do."""
    return {
        RowFault.NO_CODE: _("The code is missing."),
        RowFault.LONG_CODE: _("The code is longer than %(count)s characters.", count=CODE_LENGTH),
        RowFault.REPEATED_CODE: _("The code %(code)s stands in the list more than once.", code=problem.value),
        RowFault.NO_NAME: _("The name is missing."),
        RowFault.LONG_NAME: _("The name is longer than %(count)s characters.", count=NAME_LENGTH),
        RowFault.BAD_BIRTH_DATE: _(
            "%(value)s is no date of birth. Write day/month/year, as in 05/09/1985, or the year alone.",
            value=problem.value,
        ),
        RowFault.BAD_GENDER: _(
            "%(value)s is no gender. Write Female or Male, or leave it empty where it is not known.",
            value=problem.value,
        ),
        RowFault.BAD_EMAIL: _("%(value)s is no e-mail address.", value=problem.value),
        RowFault.NO_ROLE: _("Choose at least one role."),
        RowFault.NO_DEPARTMENT: _("Choose the department that this person heads."),
        RowFault.UNKNOWN_DEPARTMENT: _("There is no department with the code %(code)s.", code=problem.value),
    }[problem.fault]
