"""`amends api`: becomes a process of the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.becoming import become

API_PROGRAM = ("-P", "-m", "starter.api")
"""Arguments of the interpreter. `-P`, so that a folder `starter` where the user stands is not run instead of ours."""

_PORT_MAX = 65535

app = typer.Typer(add_completion=False)


@app.command()
def api(
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help="The network interface to listen on instead of AMENDS_API_HOST.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=0, max=_PORT_MAX, help="The port instead of AMENDS_API_PORT; 0 for any that is free."
        ),
    ] = None,
) -> None:
    """Serve the HTTP API on the servers that are configured or up.

    Run as many as you like side by side, behind a proxy that speaks TLS. It starts while a server is away, and answers
    503 until it is back. Ctrl-C or SIGTERM lets it finish what it has begun. The address is in its log; what it offers
    is at /api/v1/docs.
    """
    become(API_PROGRAM, {"api_host": host, "api_port": port})
