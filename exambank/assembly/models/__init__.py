"""The tables of assembly."""

from exambank.assembly.models.blueprints import BlueprintCell, BlueprintItem, ExamBlueprint
from exambank.assembly.models.papers import ExamPaper, PaperLot, PaperLotEntry, PaperSet
from exambank.assembly.models.plan import WritingTask
from exambank.assembly.models.seals import HolderKey, PaperSeal, SealHolder, SealShare

__all__ = [
    "BlueprintCell",
    "BlueprintItem",
    "ExamBlueprint",
    "ExamPaper",
    "HolderKey",
    "PaperLot",
    "PaperLotEntry",
    "PaperSeal",
    "PaperSet",
    "SealHolder",
    "SealShare",
    "WritingTask",
]
