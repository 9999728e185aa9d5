"""The door to accounts: people, their roles and departments, signing in, passwords, cards at the door."""

from exambank.accounts.rules import PersonRow, RowProblem, Slip
from exambank.accounts.service.cards import find_learners, issue_door_card
from exambank.accounts.service.departments import (
    create_department,
    get_department,
    list_departments,
    update_department,
)
from exambank.accounts.service.importing import PersonPlan, import_people, plan_import
from exambank.accounts.service.labels import (
    gender_label,
    list_gender_choices,
    list_role_choices,
    role_label,
    row_problem_message,
    weakness_message,
)
from exambank.accounts.service.own import change_password, revoke_sessions, set_language
from exambank.accounts.service.passwords import Hasher, hasher
from exambank.accounts.service.people import (
    PersonDetails,
    create_user,
    find_user,
    get_user,
    list_people,
    reset_password,
    update_user,
)
from exambank.accounts.service.photos import Photo, find_photo, remove_photo, set_photos
from exambank.accounts.service.secrets_tried import (
    begin_card_try,
    begin_try,
    end_try,
    is_own_password,
    note_wrong_card,
)
from exambank.accounts.service.signing_in import SignedIn, let_in_by_card, sign_in
from exambank.accounts.service.throttle import forget_old_failures

__all__ = [
    "Hasher",
    "PersonDetails",
    "PersonPlan",
    "PersonRow",
    "Photo",
    "RowProblem",
    "SignedIn",
    "Slip",
    "begin_card_try",
    "begin_try",
    "change_password",
    "create_department",
    "create_user",
    "end_try",
    "find_learners",
    "find_photo",
    "find_user",
    "forget_old_failures",
    "gender_label",
    "get_department",
    "get_user",
    "hasher",
    "import_people",
    "is_own_password",
    "issue_door_card",
    "let_in_by_card",
    "list_departments",
    "list_gender_choices",
    "list_people",
    "list_role_choices",
    "note_wrong_card",
    "plan_import",
    "remove_photo",
    "reset_password",
    "revoke_sessions",
    "role_label",
    "row_problem_message",
    "set_language",
    "set_photos",
    "sign_in",
    "update_department",
    "update_user",
    "weakness_message",
]
