"""How Alembic runs the steps: on the connection and in the transaction that it is given."""

from __future__ import annotations

from alembic import context

from newsgraph.store.schema.websub_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can undo DDL; Alembic only has to be told.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
