"""Alembic's entry: runs the revisions on the connection, and in the transaction, that `infra.db.migrate` hands over."""

from __future__ import annotations

from alembic import context

from infra.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=True,
    transactional_ddl=True,
)
context.run_migrations()
