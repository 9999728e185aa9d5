"""Random pools and specifications for hypothesis: small, crowded with rules, about half of them impossible."""

from decimal import Decimal

from hypothesis import strategies as st

from exambank.assembly.engine.records import Balance, Cell, Limits, Order, PoolItem, Spec

_maybe = st.booleans()


@st.composite
def problems(draw, with_soft: bool = True):
    """(pool, spec, papers). ``with_soft``: now and then an overlap or a balance is asked for."""
    pool = [_item(draw, at) for at in range(draw(st.integers(6, 30)))]
    pool = _with_stimuli(draw, pool)
    papers = draw(st.integers(1, 4))
    cells = tuple(_cell(draw) for _cell_number in range(draw(st.integers(1, 3))))
    counted = sum(cell.count for cell in cells)
    limits = Limits(
        papers_per_item=draw(st.sampled_from([None, 1, 2, 3])),
        overlap=draw(st.sampled_from([None, None, 0, 1, 3])) if with_soft else None,
        min_days_since_use=draw(st.sampled_from([None, None, 30, 180])),
        max_use_count=draw(st.sampled_from([None, None, None, 2])),
        distinct_items=draw(st.sampled_from([None, None, None, counted + 1])),
    )
    fixed = (
        draw(st.lists(st.sampled_from([item.name for item in pool]), max_size=2, unique=True)) if draw(_maybe) else []
    )
    spec = Spec(
        cells=cells,
        items=draw(st.sampled_from([None, None, counted + 1])),
        balance=Balance(("difficulty",), tolerance=draw(st.sampled_from([0.01, 0.2])))
        if with_soft and draw(st.integers(0, 3)) == 0 else None,
        limits=limits,
        order=Order(max_same_key_run=draw(st.sampled_from([None, 1, 2, 3]))),
        fixed=tuple(fixed),
    )  # fmt: skip
    return pool, spec, papers


def _item(draw, at: int) -> PoolItem:
    return PoolItem(
        name=f"I{at:03d}",
        topic=draw(st.sampled_from(["C1", "C2", "C1", "C2", None])),
        level=draw(st.sampled_from(["nb", "th", "nb", "th", None])),
        kind=draw(st.sampled_from(["mc", "tf"])),
        tags=frozenset(draw(st.lists(st.sampled_from(["x", "y"]), max_size=1))),
        points=draw(st.sampled_from([None, Decimal("0.25"), Decimal("0.5")])),
        difficulty=draw(st.sampled_from([None, 0.3, 0.5, 0.6, 0.8])),
        enemies=frozenset(draw(st.lists(st.sampled_from(["e1", "e2", "e3"]), max_size=2)) if draw(_maybe) else []),
        use_count=draw(st.sampled_from([None, 0, 1, 3])),
        last_used_days=draw(st.sampled_from([None, None, 10, 100, 400])),
        answer=draw(st.sampled_from(["A", "B", None])),
    )


def _with_stimuli(draw, pool: list[PoolItem]) -> list[PoolItem]:
    """Neighbours in the pool share a text now and then."""
    if not draw(_maybe):
        return pool
    names = [draw(st.sampled_from([None, None, f"s{at // 3}"])) for at in range(len(pool))]
    return [PoolItem(**{**vars(item), "stimulus": name}) for item, name in zip(pool, names, strict=True)]


def _cell(draw) -> Cell:
    return Cell(
        count=draw(st.integers(1, 3)),
        topic=draw(st.sampled_from([None, None, "C1", "C2"])),
        level=draw(st.sampled_from([None, None, None, "nb", "th"])),
        kind=draw(st.sampled_from([None, None, "mc"])),
        tag=draw(st.sampled_from([None, None, None, "x"])),
        not_tag=draw(st.sampled_from([None, None, None, "x"])),
        points=draw(st.sampled_from([None, None, None, None, None, Decimal("0.25")])),
    )
