"""The tables of the bank."""

from exambank.bank.models.concerns import ItemConcern
from exambank.bank.models.desk import BankRight, BankSettings, EditBuffer, SavedView
from exambank.bank.models.figures import ItemReading, ItemStatistic, ItemUse
from exambank.bank.models.items import FrozenText, Item, ItemTag, ItemVersion, Media
from exambank.bank.models.kinship import (
    EnemyMember,
    EnemySet,
    ItemBand,
    ItemFingerprint,
    KinshipPair,
    KinshipSearch,
    VariantGroup,
)
from exambank.bank.models.reviews import BankAcceptance, Review, ReviewComment

__all__ = [
    "BankAcceptance",
    "BankRight",
    "BankSettings",
    "EditBuffer",
    "EnemyMember",
    "EnemySet",
    "FrozenText",
    "Item",
    "ItemBand",
    "ItemConcern",
    "ItemFingerprint",
    "ItemReading",
    "ItemStatistic",
    "ItemTag",
    "ItemUse",
    "ItemVersion",
    "KinshipPair",
    "KinshipSearch",
    "Media",
    "Review",
    "ReviewComment",
    "SavedView",
    "VariantGroup",
]
