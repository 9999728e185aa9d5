"""What the list of blueprints is narrowed to, from its address."""

from collections.abc import Mapping
from dataclasses import dataclass

STATES = ("draft", "used", "retired")


@dataclass(frozen=True)
class BlueprintFilter:
    """Empty text: not narrowed. ``module``: a public id; ``show``: "templates", "plain"."""

    module: str = ""
    state: str = ""
    show: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "BlueprintFilter":
        """From an address; a strange value is left out. ``retired=1`` is the older way to say the state."""
        state = values.get("state", "")
        show = values.get("show", "")
        return cls(
            values.get("module", "")[:60],
            state if state in STATES else "",
            show if show in ("templates", "plain") else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.module or self.state or self.show)

    @property
    def templates(self) -> bool | None:
        """As the service asks: only templates, none, or all."""
        return {"templates": True, "plain": False}.get(self.show)
