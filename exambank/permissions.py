"""PURE. Who may do what: one table from permission to clauses; a clause is a role with small predicates on the thing.

A thing names what it belongs to by plain attributes: ``course_module_id``, ``department_id``, ``cohort_id``,
``author_id``, ``user_id``, ``exam_id``, ``room_id`` (as far as it has them). ``allows`` is true when one clause holds.
Technical roles carry no right to content; the inspector reads and never writes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    LECTURER = "lecturer"
    DEPARTMENT_HEAD = "department_head"
    TRAINING_OFFICE = "training_office"
    QUALITY_OFFICE = "quality_office"
    INVIGILATOR = "invigilator"
    MARKER = "marker"
    LEARNER = "learner"
    LEADERSHIP = "leadership"
    IT = "it"
    INSPECTOR = "inspector"


class Permission(StrEnum):
    PUBLIC = "public"  # anybody, signed in or not
    SIGNED_IN = "signed_in"  # own profile, own desk
    PEOPLE_SEE = "people:see"
    PEOPLE_MANAGE = "people:manage"
    DOOR_CARD_ISSUE = "door_card:issue"
    SETTINGS_MANAGE = "settings:manage"
    SYSTEM_SEE = "system:see"
    AUDIT_SEE = "audit:see"
    COURSES_SEE = "courses:see"
    COURSES_MANAGE = "courses:manage"
    REGULATION_MANAGE = "regulation:manage"
    TOPICS_MANAGE = "topics:manage"
    LEVELS_MANAGE = "levels:manage"
    COMPONENTS_SEE = "components:see"
    COMPONENTS_EDIT = "components:edit"
    BANK_SEE = "bank:see"
    ITEM_SEE = "item:see"
    ITEM_WRITE = "item:write"
    ITEM_EDIT = "item:edit"
    ITEM_REVIEW = "item:review"
    ITEM_COMMENT = "item:comment"  # remark on a part, answer, settle
    ITEM_RETIRE = "item:retire"
    ITEM_EXPORT = "item:export"
    ITEM_KIN = "item:kin"  # merge twins, name enemies and variants
    CONCERN_SEE = "concern:see"  # what speaks against an item in force; its text only with ITEM_SEE
    CONCERN_OPEN = "concern:open"  # have an item in force looked at again
    BANK_IMPORT = "bank:import"
    BANK_MANAGE = "bank:manage"  # its settings, rights, acts of acceptance, plan
    BLUEPRINT_SEE = "blueprint:see"
    BLUEPRINT_EDIT = "blueprint:edit"
    PAPERS_DEAL = "papers:deal"
    PAPERS_APPROVE = "papers:approve"
    PAPERS_SEE = "papers:see"
    PAPERS_DECLASSIFY = "papers:declassify"  # end the secrecy of a lot's papers
    PAPERS_HOLD = "papers:hold"  # have a key of one's own and be named a holder
    PAPERS_OPEN = "papers:open"  # named as a holder of this very seal
    SEAL_SEE = "seal:see"  # who holds it and how it stands, nothing of the content
    EXAM_SEE = "exam:see"
    EXAM_MANAGE = "exam:manage"
    EXAM_RELEASE = "exam:release"
    ROOM_WATCH = "room:watch"
    ROOM_RUN = "room:run"
    MACHINES_SEE = "machines:see"  # the computers of the rooms and what their check found
    MACHINES_MANAGE = "machines:manage"
    QUARANTINE_DECIDE = "quarantine:decide"
    SITTING_TAKE = "sitting:take"
    OWN_RESULT_SEE = "own_result:see"
    SCRIPTS_MARK = "scripts:mark"
    SCRIPTS_ASSIGN = "scripts:assign"
    MARKS_SEE = "marks:see"
    MARKS_CORRECT = "marks:correct"
    GRADES_SEE = "grades:see"
    GRADES_MANAGE = "grades:manage"
    GRADES_FREEZE = "grades:freeze"
    STATISTICS_SEE = "statistics:see"
    STATISTICS_RUN = "statistics:run"
    SCRIPTS_COMPARE = "scripts:compare"  # which scripts agree: names beside evidence
    DOCUMENTS_PRINT = "documents:print"


@dataclass(frozen=True)
class Actor:
    """Who acts, loaded once a request: plain values, no database row."""

    user_id: int
    public_id: str
    full_name: str
    roles: frozenset[Role]
    locale: str = "vi"
    must_change_password: bool = False
    department_ids: frozenset[int] = frozenset()  # departments headed
    module_ids: frozenset[int] = frozenset()  # course modules taught
    cohort_ids: frozenset[int] = frozenset()  # classes taught
    room_ids: frozenset[int] = frozenset()  # exam rooms watched
    bank_rights: frozenset[tuple[int, str]] = frozenset()  # (course module, right) granted bank by bank
    marked_exam_ids: frozenset[int] = frozenset()  # exams whose written responses this person marks
    session_version: int = 0
    extra: dict[str, Any] = field(default_factory=dict, compare=False)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(user_id=0, public_id="system", full_name="exambank", roles=frozenset())
"""Acts that no person asked for: the sweeper, the worker, the command line."""

Clause = Callable[[Actor, Any], bool]


def _value(thing: Any, name: str) -> Any:
    return getattr(thing, name, None)


def any_of(*roles: Role) -> Clause:
    return lambda actor, thing: actor.has(*roles)


def teaches(actor: Actor, thing: Any) -> bool:
    """A lecturer of the thing's course module; without a thing, a lecturer of anything."""
    return actor.has(Role.LECTURER) and (thing is None or _value(thing, "course_module_id") in actor.module_ids)


def heads(actor: Actor, thing: Any) -> bool:
    """Head of the department that answers for the thing's course module."""
    return actor.has(Role.DEPARTMENT_HEAD) and (thing is None or _value(thing, "department_id") in actor.department_ids)


def wrote(actor: Actor, thing: Any) -> bool:
    return (
        thing is not None
        and _value(thing, "author_id") == actor.user_id
        and actor.has(Role.LECTURER, Role.DEPARTMENT_HEAD)
    )


def wrote_first(actor: Actor, thing: Any) -> bool:
    """Wrote it, and not by copying the text of somebody else."""
    return wrote(actor, thing) and _value(thing, "copied_author_id") is None


def owns(actor: Actor, thing: Any) -> bool:
    """The thing is about this very person (own sitting, own result)."""
    return thing is None or _value(thing, "user_id") == actor.user_id


def learner_owns(actor: Actor, thing: Any) -> bool:
    return actor.has(Role.LEARNER) and owns(actor, thing)


def rehearses(actor: Actor, thing: Any) -> bool:
    """The thing is this very person's try of the room, whatever the person's roles."""
    return thing is not None and bool(_value(thing, "is_rehearsal")) and owns(actor, thing)


def watches(actor: Actor, thing: Any) -> bool:
    """An invigilator named for the thing's room."""
    return actor.has(Role.INVIGILATOR) and (thing is None or _value(thing, "room_id") in actor.room_ids)


def teaches_class(actor: Actor, thing: Any) -> bool:
    return teaches(actor, thing) and (thing is None or _value(thing, "cohort_id") in actor.cohort_ids)


def did_not_write(actor: Actor, thing: Any) -> bool:
    return thing is None or _value(thing, "author_id") != actor.user_id


def granted(right: str) -> Clause:
    """A lecturer or head who was given this right in the thing's bank."""

    def clause(actor: Actor, thing: Any) -> bool:
        if not actor.has(Role.LECTURER, Role.DEPARTMENT_HEAD):
            return False
        if thing is None:
            return any(given == right for _module, given in actor.bank_rights)
        return (_value(thing, "course_module_id"), right) in actor.bank_rights

    return clause


def marks_exam(actor: Actor, thing: Any) -> bool:
    """Named as a marker of the thing's exam."""
    return (thing is None and bool(actor.marked_exam_ids)) or _value(thing, "exam_id") in actor.marked_exam_ids


def is_declassified(actor: Actor, thing: Any) -> bool:
    """The thing's exam is over and it is no secret any more."""
    return _value(thing, "declassified_at") is not None


def keeps_distance(actor: Actor, thing: Any) -> bool:
    """Not a lecturer of the thing's module, while it is secret; a school may choose otherwise (``own_papers``)."""
    return (
        _value(thing, "course_module_id") not in actor.module_ids
        or bool(actor.extra.get("own_papers"))
        or is_declassified(actor, thing)
    )


def is_no_technician(actor: Actor, thing: Any) -> bool:
    """Who has the machine shall not have a key as well, whatever other role he holds."""
    return not actor.has(Role.IT)


def holds(actor: Actor, thing: Any) -> bool:
    """Named among the holders of the thing's seal."""
    return thing is None or actor.user_id in (_value(thing, "holder_user_ids") or ())


def both(*clauses: Clause) -> Clause:
    return lambda actor, thing: all(clause(actor, thing) for clause in clauses)


_T, _Q, _H, _L = Role.TRAINING_OFFICE, Role.QUALITY_OFFICE, Role.DEPARTMENT_HEAD, Role.LEADERSHIP
_INSPECTOR = any_of(Role.INSPECTOR)

TABLE: dict[Permission, tuple[Clause, ...]] = {
    Permission.SIGNED_IN: (lambda actor, thing: actor.user_id > 0,),
    Permission.PEOPLE_SEE: (any_of(_T, _Q, _L, Role.IT), _INSPECTOR),
    Permission.PEOPLE_MANAGE: (any_of(_T, Role.IT),),
    Permission.DOOR_CARD_ISSUE: (any_of(_T, Role.INVIGILATOR),),
    Permission.SETTINGS_MANAGE: (any_of(_T, Role.IT),),
    Permission.SYSTEM_SEE: (any_of(Role.IT),),
    Permission.AUDIT_SEE: (any_of(_L), _INSPECTOR),
    Permission.COURSES_SEE: (any_of(_T, _Q, _L, _H, Role.LECTURER), _INSPECTOR),
    Permission.COURSES_MANAGE: (any_of(_T),),
    Permission.REGULATION_MANAGE: (any_of(_T, _L),),
    Permission.TOPICS_MANAGE: (any_of(_T, _Q), heads, teaches),
    Permission.LEVELS_MANAGE: (any_of(_T, _Q),),
    Permission.COMPONENTS_SEE: (any_of(_T, _Q, _L), heads, teaches_class, _INSPECTOR),
    Permission.COMPONENTS_EDIT: (any_of(_T), teaches_class),
    Permission.BANK_SEE: (any_of(_Q), heads, teaches, *(granted(right) for right in ("see", "write", "review"))),
    Permission.ITEM_SEE: (any_of(_Q), heads, teaches, *(granted(right) for right in ("see", "write", "review"))),
    Permission.ITEM_WRITE: (heads, teaches, granted("write")),
    Permission.ITEM_EDIT: (heads, wrote),
    Permission.ITEM_REVIEW: (
        both(any_of(_Q), did_not_write),
        both(heads, did_not_write),
        both(teaches, did_not_write),
        both(granted("review"), did_not_write),
    ),
    Permission.ITEM_COMMENT: (any_of(_Q), heads, teaches, wrote, granted("write"), granted("review")),
    Permission.ITEM_RETIRE: (any_of(_Q), heads),
    Permission.ITEM_EXPORT: (any_of(_Q), heads, wrote_first),
    Permission.ITEM_KIN: (any_of(_Q), heads, teaches),
    Permission.CONCERN_SEE: (
        any_of(_Q, _L),
        heads,
        teaches,
        *(granted(right) for right in ("see", "write", "review")),
        _INSPECTOR,
    ),
    Permission.CONCERN_OPEN: (any_of(_Q, _L), heads, teaches, granted("review")),
    Permission.BANK_IMPORT: (any_of(_Q), heads, teaches, granted("write")),
    Permission.BANK_MANAGE: (any_of(_Q), heads),
    Permission.BLUEPRINT_SEE: (any_of(_T, _Q, _L), heads, teaches),
    Permission.BLUEPRINT_EDIT: (any_of(_Q), heads, teaches),
    Permission.PAPERS_DEAL: (any_of(_Q),),
    Permission.PAPERS_APPROVE: (any_of(_L, _Q), heads),
    Permission.PAPERS_DECLASSIFY: (both(any_of(_L, _Q), keeps_distance), both(heads, keeps_distance)),
    Permission.PAPERS_SEE: (
        both(any_of(_Q), keeps_distance),
        both(heads, keeps_distance),
        both(teaches, is_declassified),
    ),
    Permission.PAPERS_HOLD: (both(any_of(_T, _Q, _H, _L), is_no_technician, keeps_distance),),
    Permission.PAPERS_OPEN: (both(any_of(_T, _Q, _H, _L), is_no_technician, holds),),
    Permission.SEAL_SEE: (any_of(_T, _Q, _L), heads, holds, _INSPECTOR),
    Permission.EXAM_SEE: (any_of(_T, _Q, _L), heads, teaches, watches, _INSPECTOR),
    Permission.EXAM_MANAGE: (any_of(_T),),
    Permission.EXAM_RELEASE: (any_of(_T, _L),),
    Permission.ROOM_WATCH: (any_of(_T, _Q, _L), watches, _INSPECTOR),
    Permission.ROOM_RUN: (any_of(_T), watches),
    Permission.MACHINES_SEE: (any_of(_T, Role.IT), watches),
    Permission.MACHINES_MANAGE: (any_of(_T, Role.IT),),
    Permission.QUARANTINE_DECIDE: (any_of(_T, _Q, _L),),
    Permission.SITTING_TAKE: (learner_owns, rehearses),
    Permission.OWN_RESULT_SEE: (learner_owns,),
    Permission.SCRIPTS_MARK: (marks_exam,),
    Permission.SCRIPTS_ASSIGN: (any_of(_T, _Q), heads),
    Permission.MARKS_SEE: (any_of(_T, _Q, _L), heads, teaches_class, _INSPECTOR),
    Permission.MARKS_CORRECT: (any_of(_Q), heads),
    Permission.GRADES_SEE: (any_of(_T, _Q, _L), heads, teaches_class, _INSPECTOR),
    Permission.GRADES_MANAGE: (any_of(_T),),
    Permission.GRADES_FREEZE: (any_of(_T, _L),),
    Permission.STATISTICS_SEE: (any_of(_Q, _L), heads, teaches, _INSPECTOR),
    Permission.STATISTICS_RUN: (any_of(_Q),),
    Permission.SCRIPTS_COMPARE: (any_of(_Q, _L), _INSPECTOR),
    Permission.DOCUMENTS_PRINT: (any_of(_T, _Q, _L), heads, watches),
}


def allows(actor: Actor | None, permission: Permission, thing: Any = None) -> bool:
    """Whether ``actor`` may do ``permission`` to ``thing`` (None: to anything of the kind at all)."""
    if permission is Permission.PUBLIC:
        return True
    return actor is not None and any(clause(actor, thing) for clause in TABLE[permission])
