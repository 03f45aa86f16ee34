"""Topics that have moved or end, what a delta of a feed can begin from, and documents of feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Topics that have moved or end, what a delta of a feed can begin from, kept documents."""
    op.create_table(
        "topic_alias",
        sa.Column("slug", sa.Text(), nullable=False, comment="that the topic had before"),
        sa.Column("topic_id", _KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_topic_alias_topic_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topic_alias")),
    )
    op.create_table(
        "topic_end",
        sa.Column("topic_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("notice", sa.Text(), nullable=True, comment="what its feeds tell until then"),
        sa.Column("gone", sa.Boolean(), nullable=False, comment="whether its feeds have ended"),
        sa.Column(
            "since", sa.Text(), nullable=False, comment="the import that this was first said in"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_topic_end_topic_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_topic_end")),
        comment="topics whose feeds end, or have ended",
    )
    with op.batch_alter_table("feed", recreate="always") as feed:
        feed.add_column(
            sa.Column(
                "whole_revision",
                _KEY,
                nullable=False,
                server_default=sa.text("0"),
                comment="the last that changed it otherwise than by articles that came or changed",
            )
        )
    op.execute("UPDATE feed SET whole_revision = revision")
    op.create_table(
        "feed_document",
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the text, in hexadecimal"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_feed_document")),
        comment="GraphQL documents that feeds are made of, so that they outlive a restart",
    )
