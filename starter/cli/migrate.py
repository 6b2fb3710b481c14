"""`amends migrate`: the schema, and what an empty directory of departments and staff begins with."""

from __future__ import annotations

from typing import NamedTuple

import typer

from infra.connections import resolve
from infra.db.directory_store import fill
from infra.db.engine import make_owner_engine
from infra.db.migrate import migrate
from infra.db.transaction import transact
from infra.organisation import load_organisation
from infra.settings import Settings
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import print_json

app = typer.Typer(add_completion=False)


@app.command()
def migrate_database(as_json: AsJson = False) -> None:
    """Bring the database to this version, with departments and staff.

    Repeating it changes nothing. Departments and staff of AMENDS_ORGANISATION fill an empty directory. After that it
    is changed with `amends staff`; `amends staff import FILE` makes it say what a file says.
    """

    async def work(settings: Settings) -> None:
        prepared = await prepare_database(settings, resolve(settings).database_owner)
        if as_json:
            print_json(prepared._asdict())
        else:
            directory = f"filled from {settings.organisation}" if prepared.filled else "left as it is"
            typer.echo(f"The database is at revision {prepared.revision}; departments and staff are {directory}.")

    run(work, as_json=as_json)


class Prepared(NamedTuple):
    """The revision of the schema, and whether departments and staff come from the file now."""

    revision: str | None
    filled: bool


async def prepare_database(settings: Settings, owner_url: str) -> Prepared:
    """Migrate, and fill the directory if it is empty: a restart must not undo what was changed in it.

    Raises:
        AmendsError: `invalid_input` for a faulty organisation file, before anything is changed; `unreachable`, `setup`.
    """
    organisation = load_organisation(settings.organisation)
    revision = await migrate(owner_url)
    engine = make_owner_engine(owner_url)
    try:
        filled = await transact(engine, lambda connection: fill(connection, organisation))
    finally:
        await engine.dispose()
    return Prepared(revision, filled)
