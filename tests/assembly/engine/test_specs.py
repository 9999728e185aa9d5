"""Random specifications, feasible and not: every paper keeps every rule, every refusal is true, nothing is left open
without need. ``python -m bench.assembly`` does the same a thousand times."""

from hypothesis import HealthCheck, given, settings

from tests.assembly.engine.judging import judged
from tests.assembly.engine.specs import problems


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems())
def test_what_comes_out_is_right(problem):
    told, wrong = judged(*problem)
    assert wrong == [], told
