"""``exambank audit verify``: is the chain whole, and does it agree with the heads noted outside?"""

import re

import click

from exambank import audit
from exambank.cli.language import _

_ANCHOR = re.compile(r"(\d{1,18})-([0-9a-f]{12,64})")

_NUMBER = re.compile(r"record (\d+)")


@click.group("audit", help=_("The audit chain."))
def audit_group() -> None:
    pass


@audit_group.command("verify", help=_("Check the whole audit chain, and heads noted outside it."))
@click.argument("heads", nargs=-1)
@click.pass_context
def verify(ctx: click.Context, heads: tuple[str, ...]) -> None:
    verdict = audit.verify(tuple(_anchor(head) for head in heads))
    for problem in verdict.problems:
        click.echo(_in_words(problem), err=True)
    if verdict.problems:
        ctx.exit(1)
    click.echo(_("The chain is whole: %(n)s records, head %(head)s.", n=verdict.length, head=verdict.head.short))


def _anchor(head: str) -> audit.Head:
    found = _ANCHOR.fullmatch(head.strip().lower())
    if found is None:
        raise click.BadParameter(_("a head looks like 120-0a1b2c3d4e5f (as printed in minutes): %(text)s", text=head))
    return audit.Head(int(found[1]), found[2])


def _in_words(problem: str) -> str:
    """What ``audit.verify`` found, in the reader's language."""
    number = _NUMBER.search(problem)[1]
    if problem.endswith("is missing"):
        return _("Record %(n)s is missing.", n=number)
    if problem.startswith("the details"):
        return _("The details of record %(n)s were altered.", n=number)
    if problem.endswith("was altered"):
        return _("Record %(n)s was altered.", n=number)
    if problem.endswith("was cut"):
        return _("Record %(n)s was noted outside and is not in the chain: it was cut.", n=number)
    return _("Record %(n)s differs from the head noted outside: the chain was written anew.", n=number)


commands = [audit_group]
