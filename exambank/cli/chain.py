"""``exambank audit verify``: is the chain whole, and does it agree with the heads noted outside?"""

import re

import click

from exambank import audit
from exambank.cli.language import _

_ANCHOR = re.compile(r"(\d+)-([0-9a-f]{12,64})")


@click.group("audit", help=_("The audit chain."))
def audit_group() -> None:
    pass


@audit_group.command("verify", help=_("Check the whole audit chain, and heads noted outside it."))
@click.argument("heads", nargs=-1)
@click.pass_context
def verify(ctx: click.Context, heads: tuple[str, ...]) -> None:
    anchors = []
    for text in heads:
        found = _ANCHOR.fullmatch(text.strip())
        if found is None:
            raise click.BadParameter(
                _("a head looks like 120-0a1b2c3d4e5f (as printed in minutes): %(text)s", text=text)
            )
        anchors.append(audit.Head(int(found[1]), found[2]))
    verdict = audit.verify(tuple(anchors))
    for problem in verdict.problems:
        click.echo(problem, err=True)
    if verdict.problems:
        ctx.exit(1)
    click.echo(_("The chain is whole: %(n)s records, head %(head)s.", n=verdict.length, head=verdict.head.short))
