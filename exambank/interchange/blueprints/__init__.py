"""PURE. Blueprints as files: ma trận đề and bảng đặc tả, as xlsx and Word, ours and those that lecturers have.

A *plan* is a blueprint as a file tells it: topics, levels and kinds by their words, nothing looked up. A *claim* is a
sum that the file states; what was read is compared with it. Out and in agree: what ``xlsx`` and ``word`` write,
``reading`` reads back cell by cell.
"""

from exambank.interchange.blueprints.matching import Known, match_levels, match_topics
from exambank.interchange.blueprints.plan import Claim, Difference, Plan, PlanCell, differences
from exambank.interchange.blueprints.reading import MATRIX, read_matrix
from exambank.interchange.blueprints.sheet_head import Heading
from exambank.interchange.blueprints.word import write_docx
from exambank.interchange.blueprints.xlsx import write_xlsx

__all__ = [
    "MATRIX",
    "Claim",
    "Difference",
    "Heading",
    "Known",
    "Plan",
    "PlanCell",
    "differences",
    "match_levels",
    "match_topics",
    "read_matrix",
    "write_docx",
    "write_xlsx",
]
