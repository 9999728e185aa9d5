"""Forms of accounts: shape and messages; what is decided, ``rules`` and ``service`` decide."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SearchField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
    widgets,
)

from exambank.accounts import service
from exambank.accounts.models import Department, User
from exambank.accounts.rules import CODE_LENGTH, NAME_LENGTH, PASSWORD_LONGEST
from exambank.permissions import Role
from exambank.web import BaseForm


class CheckboxesField(SelectMultipleField):
    """Several of a few, all in sight."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(role, label) for role, label in service.list_role_choices()]


def _needed(message) -> validators.InputRequired:
    return validators.InputRequired(message)


class SignInForm(BaseForm):
    username = StringField(_l("Learner's or staff code"), [_needed(_l("Type your code."))])
    password = PasswordField(_l("Password"), [_needed(_l("Type your password, or the code of your card."))])
    next = HiddenField()


class ChangePasswordForm(BaseForm):
    """``current_password`` is taken out where a first password is replaced right after signing in with it."""

    current_password = PasswordField(_l("Present password"), [_needed(_l("Type your present password."))])
    new_password = PasswordField(
        _l("New password"),
        [_needed(_l("Type the new password.")), validators.Length(max=PASSWORD_LONGEST)],
    )
    again = PasswordField(
        _l("New password once more"),
        [
            _needed(_l("Type the new password once more.")),
            validators.EqualTo("new_password", _l("The two new passwords differ. Type both again.")),
        ],
    )
    next = HiddenField()


class LanguageForm(BaseForm):
    language = SelectField(_l("Language"), choices=[SelectChoice("vi", "Tiếng Việt"), SelectChoice("en", "English")])


class PeopleFilterForm(BaseForm):
    """Read from the address: no token, nothing changes."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = SearchField(_l("Find"))
    role = SelectField(_l("Role"))

    def __init__(self, **values):
        super().__init__(**values)
        self.role.choices = [SelectChoice("", _("All roles")), *_role_choices()]


class PersonForm(BaseForm):
    code = StringField(_l("Code"), [_needed(_l("Type the code.")), validators.Length(max=CODE_LENGTH)])
    full_name = StringField(_l("Full name"), [_needed(_l("Type the name.")), validators.Length(max=NAME_LENGTH)])
    roles = CheckboxesField(_l("Roles"), [_needed(_l("Choose at least one role."))])
    departments = CheckboxesField(_l("Departments headed"))
    birth_date = StringField(_l("Date of birth"), [validators.Length(max=10)])
    gender = SelectField(_l("Gender"), default="")
    unit_name = StringField(_l("Sending unit or workplace"), [validators.Length(max=300)])
    email = StringField(_l("E-mail"), [validators.Length(max=254)])
    is_active = BooleanField(_l("May sign in"), default=True)

    def __init__(self, departments: list[Department], user: User | None = None):
        super().__init__(data=_data_of(user) if user else None)
        self.roles.choices = _role_choices()
        self.gender.choices = [SelectChoice(value, label) for value, label in service.list_gender_choices()]
        self.departments.choices = [SelectChoice(one.code, f"{one.name} ({one.code})") for one in departments]
        if user is None:
            del self.is_active

    def details(self) -> service.PersonDetails:
        """What was typed, as the service takes it."""
        return service.PersonDetails(
            code=self.code.data,
            full_name=self.full_name.data,
            roles=tuple(Role(role) for role in self.roles.data),
            department_codes=tuple(self.departments.data),
            birth_date=self.birth_date.data or None,
            gender=self.gender.data or None,
            unit_name=self.unit_name.data or None,
            email=self.email.data or None,
            is_active="is_active" not in self or self.is_active.data,
        )


def _data_of(user: User) -> dict:
    return {
        "code": user.code,
        "full_name": user.full_name,
        "roles": [grant.role for grant in user.grants],
        "departments": [grant.department.code for grant in user.grants if grant.department],
        "birth_date": user.birth_date,
        "gender": user.gender or "",
        "unit_name": user.unit_name,
        "email": user.email,
        "is_active": user.is_active,
    }


class DepartmentForm(BaseForm):
    code = StringField(_l("Code"), [_needed(_l("Type the code.")), validators.Length(max=30)])
    name = StringField(_l("Name"), [_needed(_l("Type the name.")), validators.Length(max=NAME_LENGTH)])
