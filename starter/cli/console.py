"""`amends console`: becomes a process of the web console."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.becoming import become

CONSOLE_PROGRAM = ("-P", "-m", "starter.console")
"""Arguments of the interpreter. `-P`, so that a folder `starter` where the user stands is not run instead of ours."""

_PORT_MAX = 65535

app = typer.Typer(add_completion=False)


@app.command()
def console(
    host: Annotated[
        str | None,
        typer.Option(metavar="HOST", help="The interface to listen on instead of AMENDS_CONSOLE_HOST."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            min=0,
            max=_PORT_MAX,
            help="The port instead of AMENDS_CONSOLE_PORT; 0 for any free one.",
        ),
    ] = None,
) -> None:
    """Serve the web console on the servers that are configured or up.

    People log in at the identity provider in AMENDS_OIDC_ISSUER; on the embedded stack without one, as whom they like.
    Put it behind a proxy that speaks TLS, and say in AMENDS_CONSOLE_URL what its address is there. Browsers stay with
    the process that made their page: several processes need a proxy that keeps them apart by cookie or address. It
    starts while a server is away. Ctrl-C or SIGTERM ends it; pages come back by themselves when it is up again.
    """
    become(CONSOLE_PROGRAM, {"console_host": host, "console_port": port})
