"""On which of the machine's cores this process computes.

Python computes in one thread at a time. Threads on several cores spend a third of their time in handing the interpreter
to each other: measured on two cores, a heartbeat took 34 calls of the kernel for that alone; on one core it takes 30 %
less and the process answers 40 % more of them. So a web process stays on one core, and what computes outside the
interpreter for long (a password's hash, a document, a child process) asks for all of them meanwhile.

The products of matrices behind the statistics stay in one thread as well: two were slower (measured on two cores), and
they would take the second core from whoever saves answers.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read by numpy when it is imported, which comes later

_all: frozenset[int] = frozenset()
_own: frozenset[int] = frozenset()  # empty: this process stays nowhere


def stay(number: int) -> None:
    """Keep this thread, and what it starts from now on, on one core; ``number`` tells several processes apart."""
    global _all, _own
    if hasattr(os, "sched_setaffinity"):
        _all = _all or frozenset(os.sched_getaffinity(0))
        _own = frozenset({sorted(_all)[-number % len(_all)]})
        os.sched_setaffinity(0, _own)


@contextmanager
def on_all() -> Iterator[None]:
    """This thread, and what it starts meanwhile, may use every core."""
    if not _own:
        yield
        return
    os.sched_setaffinity(0, _all)
    try:
        yield
    finally:
        os.sched_setaffinity(0, _own)
