"""When each feed last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """When each feed last changed."""
    op.create_table(
        "feed",
        sa.Column(
            "id",
            _KEY,
            autoincrement=False,
            nullable=False,
            comment="a topic's or a provider's key, or that of `state`: the feed of everything",
        ),
        sa.Column(
            "revision",
            _KEY,
            nullable=False,
            comment="the last that changed what the feed shows",
        ),
        sa.Column("changed_at", sa.Text(), nullable=False, comment="when that was imported"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    # What changed when is not known: as if all had, at the last import.
    op.execute(
        "INSERT INTO feed SELECT thing.id, state.revision, state.imported_at FROM state, "
        "(SELECT id FROM topic UNION ALL SELECT id FROM provider UNION ALL SELECT id FROM state) "
        "AS thing WHERE state.revision > 0"
    )
