"""What the room refuses, each with the word that the browser's script knows it by."""

from exambank.errors import InvalidInput, StateConflict


class EntryRefused(StateConflict):
    """Not now, and why: not_open, not_started, too_late, time_over, closed, cancelled, not_eligible."""

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


class TooEarly(StateConflict):
    """The Regulation does not let anybody hand in yet."""

    code = "too_early"


class UnfitAnswer(InvalidInput):
    """An answer that this paper has no place for; ``question`` in the details names it."""

    code = "invalid"
