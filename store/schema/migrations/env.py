"""Alembic's environment: migrations run on the caller's connection, in its transaction."""

from __future__ import annotations

from alembic import context

from newsgraph.store.schema.websub_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back DDL, which Alembic does not assume.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
