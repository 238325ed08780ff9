"""The clerks' log, and what is kept of days that are over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("clerk", sa.String, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("from_state", sa.String, nullable=False),
        sa.Column("to_state", sa.String, nullable=False),
        sa.Column("regions", sa.JSON, nullable=False),
        sa.Column("region", sa.String),
        sa.Column("service", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duties_at", "duties", ["at"])
    op.create_table(
        "queue_days",
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("region", sa.String, primary_key=True),
        sa.Column("rows", sa.Text, nullable=False),
    )
    op.create_table(
        "work_days",
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("blocks", sa.Text, nullable=False),
    )
