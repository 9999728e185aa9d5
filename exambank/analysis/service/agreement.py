"""Scripts of one exam that agree more than chance explains: evidence for people to look into, never an accusation.

Nothing is kept. Names stand beside figures here, so every look is put on record, and pairs that chance explains are
not named at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray
from sqlalchemy import func, select

from exambank import audit
from exambank.accounts.models import User
from exambank.analysis.rules import Matrix, build_matrix
from exambank.analysis.rules.matrix import EXCLUSIVE
from exambank.analysis.service.context import added_by_keys
from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.marking import service as marking
from exambank.permissions import Actor
from exambank.psychometrics.similarity import MOST_PAIRS, SimilarPair, answer_similarity
from exambank.sittings.models import Sitting

ROOM, EXAM = "room", "exam"
SURPRISING = 0.05
"""A pair is named below it, adjusted for all pairs compared: of 20 exams of honest candidates at most one shows any."""
MOST_SHOWN = 50


@dataclass(frozen=True)
class Extent:
    """How much there is to compare, known before anything is computed; ``room_sizes``: candidates listed by room."""

    is_over: bool
    room_sizes: tuple[int, ...]

    @property
    def scopes(self) -> tuple[str, ...]:
        """What may be asked for, the usual first: within rooms where there are several, and the whole exam."""
        return (ROOM, EXAM) if len(self.room_sizes) > 1 else (EXAM,)

    def pairs(self, scope: str) -> int:
        """Pairs of candidates within the rooms, or of the whole exam."""
        sizes = self.room_sizes if scope == ROOM else (sum(self.room_sizes),)
        return sum(size * (size - 1) // 2 for size in sizes)

    def is_too_large(self, scope: str) -> bool:
        """Whether it would take longer than a page may: at the limit it takes three quarters of a second."""
        return self.pairs(scope) > MOST_PAIRS


@dataclass(frozen=True)
class Script:
    """Whose script it is, as the invigilators' lists name the candidate; ``sitting`` is the sitting's public id."""

    sitting: str
    number: str | None
    code: str
    full_name: str
    room: str | None
    seat: str | None


@dataclass(frozen=True)
class SharedError:
    """A question that both answered with the same wrong option.

    ``letter`` is the option's in the bank, whatever its place on the papers; ``questions`` are the numbers on the first
    and the second candidate's paper. Of ``n_answered`` candidates ``n_chose`` took this option: the fewer, the more it
    tells.
    """

    version: str
    code: str
    letter: str
    questions: tuple[int, int]
    n_chose: int
    n_answered: int


@dataclass(frozen=True)
class AgreeingPair:
    """Two scripts that agree more than chance explains; the figures are those of ``psychometrics.SimilarPair``."""

    first: Script
    second: Script
    n_common: int
    n_same: int
    n_same_wrong: int
    expected: float
    expected_wrong: float
    p_adjusted: float
    errors: tuple[SharedError, ...]  # the rarest first


@dataclass(frozen=True)
class Agreement:
    """What the comparison found. ``pairs``: the most surprising first, at most 50 of the ``n_found``.

    ``reason`` says why nothing could be compared (a value of ``psychometrics.Reason``); then there is no pair.
    """

    scope: str
    n_candidates: int
    n_items: int
    n_pairs: int
    n_found: int
    pairs: tuple[AgreeingPair, ...]
    reason: str | None = None


def extent_of(exam: Exam) -> Extent:
    """How many candidates have a sitting in each room of the exam; those without a room count as one."""
    query = select(func.count()).where(Sitting.exam_id == exam.id).group_by(Sitting.room_id).order_by(Sitting.room_id)
    return Extent(exam.state == "closed", tuple(db.session.scalars(query)))


def compare_scripts(*, actor: Actor, exam: Exam, scope: str) -> Agreement:
    """Compare the answers of all pairs of candidates and put on record who looked.

    Only items of which one option is taken are compared, by the option and not by its place on the paper, whatever
    papers the candidates had.

    Raises
    ------
    StateConflict
        While the exam is not closed, where there are more pairs than a page may wait for, or while the actor marks
        answers of this exam, which have no names.
    InvalidInput
        If the scope is not one of the exam's.
    """
    extent = extent_of(exam)
    _check(extent, scope)
    marking.refuse_blind(actor, exam)
    answers = _answers_of(exam)
    rooms = [answers.rooms[sitting_id] for sitting_id in answers.matrix.sitting_ids] if scope == ROOM else None
    found = answer_similarity(
        answers.labels, answers.matrix.scores, max_scores=answers.matrix.weights, strata=rooms, limit=None
    )
    beyond = [pair for pair in found.pairs or () if pair.p_adjusted < SURPRISING]
    agreement = Agreement(
        scope, found.n_candidates, len(answers.matrix.version_ids), found.n_pairs, len(beyond),
        _named(answers, beyond[:MOST_SHOWN]), str(found.undefined["pairs"]) if found.pairs is None else None,
    )  # fmt: skip
    with unit_of_work():
        audit.record(
            actor, "analysis.compared", exam, scope=scope, candidates=agreement.n_candidates, pairs=agreement.n_pairs,
            found=agreement.n_found,
        )  # fmt: skip
    return agreement


def _check(extent: Extent, scope: str) -> None:
    if not extent.is_over:
        raise StateConflict(_("The exam is not over yet: scripts are compared after it is closed."))
    if scope not in extent.scopes:
        raise InvalidInput(_("Scripts are compared within rooms or in the whole exam; choose one of the two."))
    if extent.is_too_large(scope):
        raise StateConflict(
            _(
                "%(pairs)s pairs are too many to be compared at once; the limit is %(most)s.",
                pairs=extent.pairs(scope), most=MOST_PAIRS,
            )
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Answers:
    """The matrix of the items of one option; ``labels`` are options' tokens, "" for a blank, None: not presented."""

    matrix: Matrix
    labels: NDArray[np.object_]
    versions: dict[int, ItemVersion]
    rooms: dict[int, int]  # by sitting; 0 for none


def _answers_of(exam: Exam) -> _Answers:
    rows = marking.marks_of(exam)
    versions = bank.get_versions({row.version_id for row in rows})
    kept = {version_id: version for version_id, version in versions.items() if version.item.kind in EXCLUSIVE}
    matrix = build_matrix([row for row in rows if row.version_id in kept], added_by_keys([exam.id]))
    labels = np.full(matrix.given.shape, None, dtype=object)
    for at in np.argwhere(matrix.presented):
        labels[tuple(at)] = matrix.given[tuple(at)].get("choice") or ""
    rooms = db.session.execute(select(Sitting.id, Sitting.room_id).where(Sitting.exam_id == exam.id))
    return _Answers(matrix, labels, kept, {sitting_id: room_id or 0 for sitting_id, room_id in rooms})


def _named(answers: _Answers, found: Sequence[SimilarPair]) -> tuple[AgreeingPair, ...]:
    sitting_ids = answers.matrix.sitting_ids
    scripts = _scripts_of({sitting_ids[row] for pair in found for row in (pair.first, pair.second)})
    return tuple(
        AgreeingPair(
            scripts[sitting_ids[pair.first]], scripts[sitting_ids[pair.second]], pair.n_common, pair.n_same,
            pair.n_same_wrong, pair.expected, pair.expected_wrong, pair.p_adjusted,
            _errors_of(answers, pair.first, pair.second),
        )
        for pair in found
    )  # fmt: skip


def _scripts_of(sitting_ids: set[int]) -> dict[int, Script]:
    query = (
        select(
            Sitting.id, Sitting.public_id, Candidacy.number, User.code, User.full_name, ExamRoom.name, Candidacy.seat
        )
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(User, User.id == Sitting.user_id)
        .outerjoin(ExamRoom, ExamRoom.id == Sitting.room_id)
        .where(Sitting.id.in_(sitting_ids))
    )
    return {row[0]: Script(*row[1:]) for row in db.session.execute(query)}


def _errors_of(answers: _Answers, first: int, second: int) -> tuple[SharedError, ...]:
    """What both answered alike and wrongly; wrong is less than all points, further keys accepted included."""
    matrix, labels = answers.matrix, answers.labels
    is_right = matrix.scores >= matrix.weights * (1.0 - 1e-12)
    found = [
        _error_at(answers, column, first, second)
        for column in range(len(matrix.version_ids))
        if labels[first, column]
        and labels[first, column] == labels[second, column]
        and not (is_right[first, column] and is_right[second, column])
    ]
    return tuple(sorted(found, key=lambda one: (one.n_chose / one.n_answered, one.code)))


def _error_at(answers: _Answers, column: int, first: int, second: int) -> SharedError:
    matrix, chosen = answers.matrix, answers.labels[:, column]
    version = answers.versions[matrix.version_ids[column]]
    tokens = [row["token"] for row in version.content["options"]]
    letter = chr(ord("A") + tokens.index(chosen[first])) if chosen[first] in tokens else ""
    return SharedError(
        version.public_id, version.item.code, letter,
        (int(matrix.order[first, column]), int(matrix.order[second, column])),
        int(np.count_nonzero(chosen == chosen[first])), int(np.count_nonzero(chosen.astype(bool))),
    )  # fmt: skip
