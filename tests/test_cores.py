"""A web process stays on one core; what computes outside the interpreter may use all of them."""

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, os, subprocess, sys, threading
from exambank import cores
found = {"all": sorted(os.sched_getaffinity(0))}
with cores.on_all():
    found["before"] = sorted(os.sched_getaffinity(0))
cores.stay(int(sys.argv[1]))
look = "import json, os; print(json.dumps(sorted(os.sched_getaffinity(0))))"
def child():
    return json.loads(subprocess.run([sys.executable, "-c", look], capture_output=True, check=True).stdout)
seen = []
thread = threading.Thread(target=lambda: seen.append(sorted(os.sched_getaffinity(0))))
thread.start()
thread.join()
found["stays"], found["thread"] = sorted(os.sched_getaffinity(0)), seen[0]
try:
    with cores.on_all():
        found["meanwhile"], found["child"] = sorted(os.sched_getaffinity(0)), child()
        raise ValueError
except ValueError:
    found["afterwards"] = sorted(os.sched_getaffinity(0))
print(json.dumps(found))
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not let a process choose its cores")
def test_a_process_stays_on_a_core_of_its_own_and_leaves_it_for_what_it_waits_for():
    def stay(number: int) -> dict:
        done = subprocess.run([sys.executable, "-c", SCRIPT, str(number)], capture_output=True, check=True, text=True)
        return json.loads(done.stdout)

    first, second = stay(1), stay(2)
    every = first["all"]
    assert first["before"] == first["meanwhile"] == first["child"] == every
    assert first["stays"] == first["thread"] == first["afterwards"] == [every[-1]]
    assert second["stays"] == [every[-2 % len(every)]]
