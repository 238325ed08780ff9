"""Tickets, clerks and the event log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("booth", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("needs", sa.JSON, nullable=False),
        sa.Column("appointment", sa.String),
        sa.Column("joined_at", sa.Float, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("clerk", sa.String),
        sa.Column("clerk_issuer", sa.String),
        sa.Column("clerk_instance", sa.String),
        sa.Column("booth_instance", sa.String),
        sa.Column("refused", sa.JSON, nullable=False),
    )
    op.create_table(
        "clerks",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("ticket", sa.String),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("ticket", sa.String, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("from_state", sa.String),
        sa.Column("to_state", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("clerk", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_ticket", "events", ["ticket"])
