"""`amends token`: a token of the embedded stack, to try the HTTP API without an identity provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from infra.connections import resolve
from infra.devstack.issuer import VALID_FOR, Issuer
from infra.settings import Settings, variable_of
from starter.access.caller import ANY_SOURCE, Scope
from starter.cli.completion import people
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import print_json, say
from workflows.contract.errors import AmendsError, ErrorCode

app = typer.Typer(add_completion=False)

WARNING = """\
DEVELOPMENT TOKEN: whoever can run this command on this machine is anybody they like. Never with real complaints;
for those set {issuer} or make API keys with `amends key create`."""


@app.command(epilog="Such as: amends token --as raj.patel · amends token --service shop --source web --scope file")
def token(
    *,
    as_user: Annotated[
        str | None, typer.Option("--as", metavar="USER", autocompletion=people, help="Somebody on the staff.")
    ] = None,
    service: Annotated[str | None, typer.Option(metavar="NAME", help="Another system.")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="A source whose complaints that system files and sees. Repeatable.", show_default="all"),
    ] = None,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What that system may do. Repeatable.", show_default="everything")
    ] = None,
    hours: Annotated[int, typer.Option(min=1, help="For how long it is valid.")] = int(VALID_FOR / timedelta(hours=1)),
    as_json: AsJson = False,
) -> None:
    """Make a token of the embedded stack, to try the HTTP API.

    It goes into the header `Authorization: Bearer TOKEN`. Only where `amends up` runs and no identity provider is set.
    """

    async def work(settings: Settings) -> None:
        if (as_user is None) == (service is None):
            raise AmendsError(ErrorCode.INVALID_INPUT, "say either --as USER or --service NAME")
        issuer, valid_for = _issuer(settings), timedelta(hours=hours)
        if service is None:
            made = issuer.token(str(as_user), valid_for=valid_for)
        else:
            claims = {"scope": " ".join(scope or Scope), "sources": source or [ANY_SOURCE]}
            made = issuer.token(service, valid_for=valid_for, client_id=service, **claims)
        say(WARNING.format(issuer=variable_of("oidc_issuer")))
        print_json({"token": made}) if as_json else typer.echo(made)

    run(work, as_json=as_json)


def _issuer(settings: Settings) -> Issuer:
    if settings.oidc_issuer is not None:
        raise AmendsError(
            ErrorCode.SETUP, "an identity provider is set, so nobody accepts such a token", variable_of("oidc_issuer")
        )
    connections = resolve(settings)
    if connections.stack is None:
        raise AmendsError(ErrorCode.UNREACHABLE, "only for the embedded stack, which is not up: `amends up` starts it")
    if not connections.is_embedded:
        raise AmendsError(
            ErrorCode.SETUP, "PostgreSQL or Temporal is not the embedded one, so nobody accepts such a token"
        )
    return Issuer.kept(settings.state_dir)
