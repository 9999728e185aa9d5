"""The list of scenarios: each a function of its stage, its docstring the sentence that is printed."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.faults.stage import Stage

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Scenario:
    """``kinds``: the databases it can run on, its own first."""

    name: str
    about: str
    kinds: tuple[str, ...]
    act: Callable[[Stage], None]


SCENARIOS: dict[str, Scenario] = {}


def scenario(*kinds: str) -> Callable:
    """Add a scenario under its function's name."""

    def added(act: Callable[[Stage], None]) -> Callable[[Stage], None]:
        about = (act.__doc__ or "").strip().splitlines()[0]
        SCENARIOS[act.__name__] = Scenario(act.__name__, about, kinds or BOTH, act)
        return act

    return added
