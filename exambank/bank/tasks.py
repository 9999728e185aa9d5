"""Work of the bank that nobody waits for: searches for items that are alike, fingerprints that older banks lack."""

from exambank import clock, jobs
from exambank.bank import service


@jobs.on("kinship.search")
def search_for_kin(search_id: str) -> None:
    service.run_search(search_id)


@jobs.every(600)
def fill_missing_fingerprints() -> None:
    """A bank that existed before the fingerprints, or was restored from such a time, gets them without being asked."""
    for course_module_id in service.list_banks_to_fill():
        service.fill_fingerprints(course_module_id, most=2000)


@jobs.every(24 * 3600)
def prune_buffers() -> None:
    """Forget what was typed a month ago and never saved."""
    service.prune_buffers(clock.now())


@jobs.every(24 * 3600)
def refresh_figures() -> None:
    """Uses, pooled figures and flags of a bank that existed before these columns, or before a rule was changed."""
    service.refresh_figures()
