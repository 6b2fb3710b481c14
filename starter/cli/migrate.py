"""`amends migrate`: the schema, and the directory of departments and staff."""

from __future__ import annotations

import typer

from infra.connections import resolve
from infra.db.directory import seed
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

    Repeating it changes nothing. Departments and staff are those of AMENDS_ORGANISATION; people who are no longer in
    that file stay, as inactive.
    """

    async def work(settings: Settings) -> None:
        revision = await prepare_database(settings, resolve(settings).database_owner)
        if as_json:
            print_json({"revision": revision})
        else:
            typer.echo(f"The database is at revision {revision}; departments and staff are up to date.")

    run(work, as_json=as_json)


async def prepare_database(settings: Settings, owner_url: str) -> str | None:
    """Migrate and fill the directory; returns the revision.

    Raises:
        AmendsError: `invalid_input` for a faulty organisation file, before anything is changed; `unreachable`, `setup`.
    """
    organisation = load_organisation(settings.organisation)
    revision = await migrate(owner_url)
    engine = make_owner_engine(owner_url)
    try:
        await transact(engine, lambda connection: seed(connection, organisation))
    finally:
        await engine.dispose()
    return revision
