"""PURE. Papers as a set: their codes and its states."""

PAPERS_ALLOWED = 500
FIRST_CODE = 101

PAPER_SET_STATES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"dealt", "refused", "withdrawn"}),  # the worker deals
    "refused": frozenset({"withdrawn"}),  # nothing could be dealt; ``refusal`` says why
    "dealt": frozenset({"approved", "withdrawn"}),
    "approved": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}


def paper_codes(count: int, first: int = FIRST_CODE) -> list[str]:
    """Mã đề: 101, 102, ..."""
    return [str(first + at) for at in range(count)]
