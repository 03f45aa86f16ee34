"""Creates all tables.

Until the first release, whoever changes `store.schema` changes this migration as well: a test
compares them, and names the new revision id. A database with another id is refused
(`store.schema.migrate`). The order of indexes matters: of two that cost the same, SQLite's planner
depends on which was created first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsgraph.store.schema.search_tables import CreateSearchIndex

revision = "6633102fd07e"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create all tables, indexes and the full-text index."""
    op.create_table(
        "change",
        sa.Column("revision", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", _KEY, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("revision", "position", name=op.f("pk_change")),
        sa.UniqueConstraint("entity_id", "entity", name=op.f("uq_change_entity_id_entity")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_deleted", "change", ["revision"], sqlite_where=sa.text("deleted"))
    op.create_table(
        "departure",
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("owner_id", _KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "owner_id", name=op.f("pk_departure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("revision", _KEY, nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("full_revision", _KEY, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    op.create_table(
        "leader_lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_lease")),
    )
    op.create_table(
        "external_hub",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("notified_revision", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_external_hub")),
    )
    op.create_table(
        "hub_request",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("topic_url", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("lease_seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_request")),
    )
    op.create_index("ix_hub_request_due_at", "hub_request", ["due_at"])
    op.create_table(
        "hub_subscription",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.Text(), nullable=True),
        sa.Column("failing_etag", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_subscription")),
    )
    op.create_index("ix_hub_subscription_topic", "hub_subscription", ["topic"])
    op.create_index("ix_hub_subscription_host", "hub_subscription", ["host"])
    op.create_index("ix_hub_subscription_expires_at", "hub_subscription", ["expires_at"])
    op.create_table(
        "hub_topic",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_hub_topic")),
    )
    op.create_table(
        "provider",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("domain", name=op.f("uq_provider_domain")),
    )
    op.create_table(
        "root",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root")),
        sa.UniqueConstraint("name", name=op.f("uq_root_name")),
    )
    op.create_table(
        "state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("revision", _KEY, nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.Column("hidden_count", sa.Integer(), nullable=False),
        sa.Column("provider_count", sa.Integer(), nullable=False),
        sa.Column("topic_count", sa.Integer(), nullable=False),
        sa.Column("log_since", _KEY, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state")),
    )
    op.create_table(
        "topic",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shortname", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("parent_id", _KEY, nullable=True),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["topic.id"],
            name=op.f("fk_topic_parent_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("slug", name=op.f("uq_topic_slug")),
    )
    op.create_index("ix_topic_parent_id", "topic", ["parent_id"])
    op.create_table(
        "diagnostic",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("root_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
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
    op.create_table(
        "document",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("root_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("settings_digest", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("revision", _KEY, nullable=False),
        sa.Column("front_matter", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"], ["root.id"], name=op.f("fk_document_root_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("kind", "identity", name=op.f("uq_document_kind_identity")),
        sa.UniqueConstraint("root_id", "path", name=op.f("uq_document_root_id_path")),
    )
    op.create_table(
        "provider_image",
        sa.Column("provider_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("width", _KEY, nullable=True),
        sa.Column("height", _KEY, nullable=True),
        sa.Column("is_cached", sa.Boolean(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_image_provider_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", "position", name=op.f("pk_provider_image")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "topic_alias",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("topic_id", _KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_topic_alias_topic_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topic_alias")),
    )
    op.create_index("ix_topic_alias_topic_id", "topic_alias", ["topic_id"])
    op.create_table(
        "topic_retirement",
        sa.Column("topic_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_topic_retirement_topic_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_topic_retirement")),
    )
    op.create_table(
        "article",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=True),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("web_url", sa.Text(), nullable=True),
        sa.Column("original_url", sa.Text(), nullable=True),
        sa.Column("amp_url", sa.Text(), nullable=True),
        sa.Column("cdn_amp_url", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("quality", _KEY, nullable=True),
        sa.Column("heat", _KEY, nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("provider_id", _KEY, autoincrement=False, nullable=True),
        sa.Column("provider_name", sa.Text(), nullable=True),
        sa.Column("provider_domain", sa.Text(), nullable=True),
        sa.Column("provider_guessed", sa.Boolean(), nullable=False),
        sa.Column("provider_images", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["document.id"], name=op.f("fk_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_article_provider_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    op.create_index(
        "ix_article_provider_id_published_at_id",
        "article",
        ["provider_id", sa.text("published_at DESC"), "id"],
    )
    op.create_index("ix_article_published_at_id", "article", [sa.text("published_at DESC"), "id"])
    op.create_index("ix_article_title_id", "article", [sa.text("title DESC"), "id"])
    op.create_index(
        "ix_article_quality_id", "article", [sa.text("coalesce(quality, -2147483649) DESC"), "id"]
    )
    op.create_index(
        "ix_article_heat_id", "article", [sa.text("coalesce(heat, -2147483649) DESC"), "id"]
    )
    op.create_table(
        "taxonomy_entry",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["document.id"], name=op.f("fk_taxonomy_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy_entry")),
    )
    op.create_table(
        "article_author",
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_author_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_article_author")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "article_image",
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("width", _KEY, nullable=True),
        sa.Column("height", _KEY, nullable=True),
        sa.Column("is_cached", sa.Boolean(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_image_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_article_image")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "article_tag",
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_tag_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_article_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_tag_name", "article_tag", ["name"])
    op.create_table(
        "article_topic",
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("topic_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_topic_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_article_topic_topic_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("article_id", "topic_id", name=op.f("pk_article_topic")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_article_topic_topic_id_published_at_article_id",
        "article_topic",
        ["topic_id", sa.text("published_at DESC"), "article_id"],
    )
    op.create_table(
        "article_url",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_url_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("url", "article_id", name=op.f("pk_article_url")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_url_article_id", "article_url", ["article_id"])
    op.create_table(
        "link",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("article_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target_id", _KEY, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=True),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("web_url", sa.Text(), nullable=True),
        sa.Column("original_url", sa.Text(), nullable=True),
        sa.Column("amp_url", sa.Text(), nullable=True),
        sa.Column("cdn_amp_url", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("quality", _KEY, nullable=True),
        sa.Column("provider_id", _KEY, autoincrement=False, nullable=True),
        sa.Column("provider_name", sa.Text(), nullable=True),
        sa.Column("provider_domain", sa.Text(), nullable=True),
        sa.Column("provider_guessed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_link_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_link_provider_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["article.id"], name=op.f("fk_link_target_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("article_id", "position", name=op.f("uq_link_article_id_position")),
    )
    op.create_index("ix_link_target_id", "link", ["target_id"])
    op.create_index(
        "ix_link_provider_id_published_at_id",
        "link",
        ["provider_id", sa.text("published_at DESC"), "id"],
    )
    op.create_table(
        "link_image",
        sa.Column("link_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("width", _KEY, nullable=True),
        sa.Column("height", _KEY, nullable=True),
        sa.Column("is_cached", sa.Boolean(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_link_image_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", "position", name=op.f("pk_link_image")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_url",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("link_id", _KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_link_url_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("url", "link_id", name=op.f("pk_link_url")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_url_link_id", "link_url", ["link_id"])
    op.execute(CreateSearchIndex())
