"""How a module's bank stands: what papers need, what there is, what is worn, flagged or due, who wrote what."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import func, select

from exambank.accounts.models import User
from exambank.assembly import rules
from exambank.assembly.models import ExamBlueprint
from exambank.assembly.service.blueprints import specs_of
from exambank.assembly.service.wording import in_words
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.db import db
from exambank.permissions import Actor, Permission

DAYS_IN_MONTH = 30.44


@dataclass(frozen=True)
class BlueprintHealth:
    """A blueprint beside what the bank has for it."""

    blueprint: ExamBlueprint
    found: rules.Feasibility

    @property
    def least_ratio(self) -> Decimal:
        """Items there for each one wanted, in the poorest row, cut to a tenth."""
        ratios = (Decimal(check.available) / check.wanted for check in self.found.cells)
        return min(ratios, default=Decimal(0)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)

    @property
    def thin_rows(self) -> int:
        return sum(not check.is_rich for check in self.found.cells)


@dataclass(frozen=True)
class BankHealth:
    """One module's bank at a glance; ``unused``, ``flagged`` and ``due`` are numbers of items papers may use."""

    course_module: CourseModule
    verdict: rules.Verdict
    blueprints: list[BlueprintHealth]
    matrix: dict[rules.Place, rules.Stock]
    counts: Counter
    exposure: rules.Exposure
    flagged: int
    due: int
    review_months: int
    authors: list[rules.AuthorWork]


def bank_health(course_module: CourseModule, now: datetime) -> BankHealth:
    """Everything that tells whether a module can be examined, and what to do next."""
    blueprints = _blueprints(course_module)
    counts = bank.count_topics_by_level(course_module)
    matrix = rules.stock_matrix(counts, rules.needs_of(specs_of(one.blueprint) for one in blueprints))
    states = sum(counts.values(), Counter())
    months = bank.settings_of(course_module).review_months
    usable = (Item.course_module_id == course_module.id, Item.state == "accepted")
    due_before = now - timedelta(days=months * DAYS_IN_MONTH)
    return BankHealth(
        course_module=course_module,
        verdict=_verdict(blueprints, states),
        blueprints=blueprints,
        matrix=matrix,
        counts=states,
        exposure=rules.exposure(db.session.scalars(select(Item.use_count).where(*usable))),
        flagged=_count(*usable, Item.flags != ""),
        due=_count(*usable, Item.accepted_at < due_before),
        review_months=months,
        authors=_authors(course_module),
    )


def list_health(actor: Actor) -> list[tuple[CourseModule, rules.Verdict, Counter]]:
    """Every module whose blueprints this person sees, with the verdict and the items by state; the poorest first."""
    order = ("no_items", "no_blueprint", "cannot", "thin", "ready")
    counts: dict[int, Counter] = defaultdict(Counter)
    query = select(Item.course_module_id, Item.state, func.count()).group_by(Item.course_module_id, Item.state)
    for module_id, state, count in db.session.execute(query):
        counts[module_id][state] = count
    modules = courses.list_modules_for(actor, Permission.BLUEPRINT_SEE)
    found = [(module, _verdict(_blueprints(module), counts[module.id]), counts[module.id]) for module in modules]
    return sorted(found, key=lambda row: (order.index(row[1].code), row[0].sort_key))


def _blueprints(course_module: CourseModule) -> list[BlueprintHealth]:
    query = select(ExamBlueprint).where(
        ExamBlueprint.course_module_id == course_module.id, ExamBlueprint.state != "retired"
    )
    blueprints = list(db.session.scalars(query.order_by(ExamBlueprint.id.desc())))
    if not blueprints:
        return []
    pool = bank.list_pool(course_module.id)
    apart = rules.kept_apart(pool)
    return [BlueprintHealth(one, in_words(rules.check_feasibility(pool, specs_of(one), apart))) for one in blueprints]


def _verdict(blueprints: list[BlueprintHealth], counts: Counter) -> rules.Verdict:
    return rules.judge(
        ready=counts["accepted"],
        feasible=[one.found.is_feasible for one in blueprints],
        thin_cells=sum(one.thin_rows for one in blueprints),
    )


def _count(*conditions) -> int:
    return db.session.scalar(select(func.count()).select_from(Item).where(*conditions)) or 0


def _authors(course_module: CourseModule) -> list[rules.AuthorWork]:
    rows = db.session.execute(
        select(Item.author_id, User.full_name, User.sort_key, Item.state, func.count())
        .join(User, User.id == Item.author_id)
        .where(Item.course_module_id == course_module.id)
        .group_by(Item.author_id, User.full_name, User.sort_key, Item.state)
        .order_by(User.sort_key)
    ).all()
    counts: dict[tuple[int, str], Counter] = defaultdict(Counter)
    for author_id, full_name, _sort_key, state, count in rows:
        counts[(author_id, full_name)][state] += count
    return [rules.AuthorWork(author_id, full_name, found) for (author_id, full_name), found in counts.items()]
