"""The technician's and the inspector's desks."""

from flask_babel import gettext as _

from exambank import audit
from exambank.home import system
from exambank.home.desk.looking import Look, link
from exambank.home.desk.teaching import coming_exams
from exambank.home.rules import TODAY, WAITING, Desk, News, Task


def of_technician(look: Look) -> Desk:
    """What does not stand as it should."""
    findings = system.examine(look.now)
    tasks = [
        Task(
            TODAY if finding.level == "failure" else WAITING, "crossed" if finding.level == "failure" else "trouble",
            finding.title, finding.text, _("See the system's state"), link("home.show_system"),
        )
        for finding in findings
        if finding.level != "ok"
    ]  # fmt: skip
    if tasks:
        return Desk(tasks=tasks)
    text = " ".join(finding.text for finding in findings)
    return Desk(news=[News(_("The system stands well"), text, _("See the system's state"), link("home.show_system"))])


def of_inspector(look: Look) -> Desk:
    """The exams, and the chain of records."""
    head = audit.head()
    return Desk(
        coming=coming_exams(look),
        news=[
            News(
                _("Chain of records"),
                _("%(count)s records; the head is %(head)s. Compare it with the head printed on minutes.",
                  count=head.number, head=head.short),
                _("Read the records"), link("home.list_records"),
            ),
            News(
                _("Exams"), _("%(count)s exams are ahead, on, or lately held.", count=len(look.exams)),
                _("See the exams"), link("exams.list_exams"),
            ),
        ],
    )  # fmt: skip
