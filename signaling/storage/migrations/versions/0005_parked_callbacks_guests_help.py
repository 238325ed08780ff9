"""Turns, parked tickets, callbacks, guests, calls for help; whether a clerk wants to pause; what an event is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for column in (
        sa.Column("head_start_s", sa.Float, nullable=False, server_default="0"),
        sa.Column("leg", sa.Integer, nullable=False, server_default="0"),
        sa.Column("legs", sa.Integer, nullable=False, server_default="1"),
        sa.Column("parked_until", sa.Float),
        sa.Column("sealed", sa.String),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rests_until", sa.Float),
        sa.Column("guest", sa.JSON),
    ):
        op.add_column("tickets", column)
    op.add_column("clerks", sa.Column("pause_wanted", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("events", sa.Column("about", sa.String, nullable=False, server_default="ticket"))
    op.create_table(
        "help_requests",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("clerk", sa.String, nullable=False),
        sa.Column("regions", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("region", sa.String),
        sa.Column("booth", sa.String),
        sa.Column("ticket", sa.String),
        sa.Column("taken_by", sa.String),
    )
