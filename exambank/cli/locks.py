"""Who uses this instance now: every server holds ``web.lock``, every worker ``worker.lock``, a restore both alone.

The kernel lets a lock go when the last process that holds it ends, however it ends: nothing is left behind by kill -9.
A server's web processes are forked from the one that took the lock and so hold it with it.
"""

import fcntl
import time
from pathlib import Path
from typing import IO

WEB, WORKER = "web.lock", "worker.lock"


def hold(instance: Path, name: str, *, shared: bool = False, wait: float = 0) -> IO | None:
    """Hold the lock until the returned file is closed; None when others kept it for ``wait`` seconds."""
    instance.mkdir(parents=True, exist_ok=True)
    file = (instance / name).open("a")
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.close()
                return None
            time.sleep(0.1)


def is_held(instance: Path, name: str) -> bool:
    """Whether anybody holds the lock now; makes no file."""
    if not (instance / name).exists():
        return False
    file = hold(instance, name)
    if file is None:
        return True
    file.close()
    return False
