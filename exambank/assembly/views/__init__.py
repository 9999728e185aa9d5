"""Pages of assembly: blueprints and papers, how the banks stand to them, the plan of who writes what."""

from exambank.assembly.views import blueprints, demands, health, lots, papers, seals, whole  # noqa: F401 (they add routes)
from exambank.assembly.views.blueprint import bp

__all__ = ["bp"]
