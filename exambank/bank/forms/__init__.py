"""Forms: an item of any kind, a decision, a retirement."""

from exambank.bank.forms.items import ItemForm, blank_form, form_of, kept_form, read_form
from exambank.bank.forms.kinds import FORMS, KINDS_IN_A_CASE, explanation, family_label
from exambank.bank.forms.review import (
    AcceptanceForm,
    ConcernForm,
    DecisionForm,
    ReasonForm,
    RetireForm,
    SettingsForm,
    SettleForm,
)
from exambank.bank.forms.rows import KindForm, Row

__all__ = [
    "FORMS",
    "KINDS_IN_A_CASE",
    "AcceptanceForm",
    "ConcernForm",
    "DecisionForm",
    "ItemForm",
    "KindForm",
    "ReasonForm",
    "RetireForm",
    "Row",
    "SettingsForm",
    "SettleForm",
    "blank_form",
    "explanation",
    "family_label",
    "form_of",
    "kept_form",
    "read_form",
]
