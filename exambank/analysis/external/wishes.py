"""What is asked of a report beside the classical figures, and why it may be impossible."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the report shall hold.

    Attributes
    ----------
    irt : "rasch", "2pl", "3pl" or None
    polytomous : "grm", "gpcm" or None
        The model where items have more than two scores; without `irt` for all items.
    has_priors : bool
    """

    irt: str | None = None
    polytomous: str | None = None
    has_priors: bool = False


class Unfit(ValueError):
    """The scores do not suit what is asked: ``code`` says why, ``values`` with what."""

    def __init__(self, code: str, **values: Any):
        super().__init__(f"{code} {values}")
        self.code, self.values = code, values
