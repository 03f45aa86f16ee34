"""Full-text search, orders by any column, and a log with one row for each thing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Full-text search, orders by any column, and a log with one row for each thing."""
    op.execute(
        "CREATE VIRTUAL TABLE article_text USING fts5(title, excerpt, body, provider, topics, "
        "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )
    # The next import reads every document again, and fills the index.
    op.execute("UPDATE document SET reading = ''")
    with op.batch_alter_table("state", recreate="always") as state:
        state.add_column(sa.Column("log_since", _KEY, nullable=False, server_default=sa.text("0")))
    op.create_index(
        op.f("ix_article_title_id"), "article", [sa.text("title DESC"), "id"], unique=False
    )
    for name in ("quality", "heat"):
        op.create_index(
            op.f(f"ix_article_{name}_id"),
            "article",
            [sa.text(f"coalesce({name}, -2147483649) DESC"), "id"],
            unique=False,
        )
    op.drop_index(op.f("ix_link_provider_id"), "link")
    op.create_index(
        op.f("ix_link_provider_id_published_at_id"),
        "link",
        ["provider_id", sa.text("published_at DESC"), "id"],
        unique=False,
    )
    # The next import finds all diagnostics again.
    op.drop_table("diagnostic")
    op.create_table(
        "diagnostic",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("root_id", _KEY, autoincrement=False, nullable=False),
        sa.Column(
            "position", sa.Integer(), nullable=False, comment="among its root's, by file and line"
        ),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["root.id"], name=op.f("fk_diagnostic_root_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnostic")),
        sa.UniqueConstraint("root_id", "position", name=op.f("uq_diagnostic_root_id_position")),
    )
    op.drop_table("change")
    op.create_table(
        "change",
        sa.Column("revision", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False, comment="Article, Provider or Topic"),
        sa.Column("entity_id", _KEY, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("revision", "position", name=op.f("pk_change")),
        sa.UniqueConstraint("entity_id", "entity", name=op.f("uq_change_entity_id_entity")),
        comment="when each thing that there is or was last changed",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_deleted", "change", ["revision"], sqlite_where=sa.text("deleted"))
    op.execute(
        "INSERT INTO change SELECT state.revision, row_number() OVER (), entity, thing.id, "
        "node_id, 0 FROM state, (SELECT 'Article' AS entity, id, node_id FROM article UNION ALL "
        "SELECT 'Topic', id, node_id FROM topic UNION ALL "
        "SELECT 'Provider', id, node_id FROM provider) AS thing"
    )
    op.create_table(
        "departure",
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("place_id", _KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "place_id", name=op.f("pk_departure")),
        comment="topics and providers that an article was under, and is no more",
        sqlite_with_rowid=False,
    )
