"""An index by which a topic's aliases are found, also when it goes."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index of aliases by topic."""
    op.create_index(op.f("ix_topic_alias_topic_id"), "topic_alias", ["topic_id"])
