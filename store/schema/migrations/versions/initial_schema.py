"""Creates all tables as `store.schema` declares them.

The first release replaces this by a migration with fixed columns. Until then, a changed schema only
needs a new `SCHEMA_VERSION`, which a test names: a database with another one is refused.
"""

from __future__ import annotations

from alembic import op

from newsgraph.store.schema.create_tables import create_tables
from newsgraph.store.schema.migrate import SCHEMA_VERSION

revision = SCHEMA_VERSION
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables and indexes."""
    create_tables(op.get_bind())
