"""Who gets which feed pushed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PAIR = "of topic and callback: there is one for each pair"


def upgrade() -> None:
    """Who gets which feed pushed."""
    op.create_table(
        "hub_request",
        sa.Column("id", _KEY, autoincrement=False, nullable=False, comment=_PAIR),
        sa.Column(
            "serial",
            sa.Text(),
            nullable=False,
            comment="random: tells a request from the one before",
        ),
        sa.Column("mode", sa.Text(), nullable=False, comment="subscribe, unsubscribe or denied"),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("topic_url", sa.Text(), nullable=False, comment="the topic as it was asked for"),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False, comment="the callback's"),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("lease_seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it is denied"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False, comment="when the callback is to be asked"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_request")),
        comment="what has been asked for and is not verified yet",
    )
    op.create_index(op.f("ix_hub_request_due_at"), "hub_request", ["due_at"])
    op.create_table(
        "hub_subscription",
        sa.Column("id", _KEY, autoincrement=False, nullable=False, comment=_PAIR),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False, comment="the callback's"),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False, comment="of what was given last, or given up"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="since something was given"),
        sa.Column("retry_at", sa.Text(), nullable=True, comment="nothing is tried before"),
        sa.Column("failing_tag", sa.Text(), nullable=True, comment="of what could not be given"),
        sa.Column("failing_since", sa.Text(), nullable=True, comment="when that first failed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_subscription")),
    )
    for column in ("topic", "host", "expires_at"):
        op.create_index(op.f(f"ix_hub_subscription_{column}"), "hub_subscription", [column])
    op.create_table(
        "hub_topic",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column(
            "tag",
            sa.Text(),
            nullable=True,
            comment="the newest known; null where there is no such feed just now",
        ),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_hub_topic")),
        comment="the feeds that have subscribers",
    )
    op.create_table(
        "hub_claim",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("holder", sa.Text(), nullable=False, comment="random: a process"),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_claim")),
        comment="which of several processes delivers",
    )
    op.create_table(
        "hub_ping",
        sa.Column("hub", sa.Text(), nullable=False, comment="a hub elsewhere"),
        sa.Column("revision", _KEY, nullable=False, comment="the last that it has been told of"),
        sa.PrimaryKeyConstraint("hub", name=op.f("pk_hub_ping")),
    )
