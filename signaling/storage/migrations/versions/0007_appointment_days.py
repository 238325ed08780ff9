"""Counts of appointments, which outlive the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "appointment_days",
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("region", sa.String, primary_key=True),
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("event", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
