"""Alembic's revisions, packaged so that any installation can migrate its database."""
