"""What the room refuses, each with the word that the browser's script knows it by."""

from exambank.errors import InvalidInput, StateConflict


class EntryRefused(StateConflict):
    """Not now, and why: the reasons of ``admission.Door``."""

    def __init__(self, code: str, message: str, **details):
        super().__init__(message, **details)
        self.code = code


class SeatHeld(StateConflict):
    """Another browser holds the seat."""

    code = "seat_held"


class SeatTaken(StateConflict):
    """This browser's epoch is no longer the current one."""

    code = "re_enter"


class WrongCode(InvalidInput):
    """The code that was typed opens nothing here."""

    code = "code"


class Unsaved(StateConflict):
    """A save of the plain page was not taken; the code is the store's word for why."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.status = 503 if code == "busy" else 409


class TooEarly(StateConflict):
    """The Regulation does not let anybody hand in yet."""

    code = "too_early"


class Locked(StateConflict):
    """The seat is stopped until a person has looked."""

    code = "locked"


class NotHere(StateConflict):
    """The question is not open to this candidate, not yet or not any more."""

    code = "not_here"


class TimeOver(StateConflict):
    """Past the deadline nothing moves any more."""

    code = "collecting"


class UnfitAnswer(InvalidInput):
    """An answer that this paper has no place for; ``question`` in the details names it."""

    code = "invalid"
