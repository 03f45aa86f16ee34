"""Creates all tables as `store.schema` declares them.

The first release replaces this by a migration with fixed columns. Until then, a changed schema only
needs a new revision id, which a test names: a database with another id is refused
(`store.schema.migrate`).
"""

from __future__ import annotations

from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable

from newsgraph.store.schema.search_tables import CreateSearchIndex
from newsgraph.store.schema.websub_tables import metadata

revision = "744f08d4e219"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables, indexes and the full-text index."""
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        # In a fixed order: of two indexes that cost the same, SQLite chooses by their order.
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))
    op.execute(CreateSearchIndex())
