"""Appointments and the places they take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False, unique=True),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("site", sa.String),
        sa.Column("starts_at", sa.Float, nullable=False),
        sa.Column("ends_at", sa.Float, nullable=False),
        sa.Column("state", sa.String, nullable=False),
    )
    op.create_index("ix_appointments_starts_at", "appointments", ["starts_at"])
    op.create_index("ix_appointments_ends_at", "appointments", ["ends_at"])
    op.create_table(
        "appointment_places",
        sa.Column("resource", sa.String, primary_key=True),
        sa.Column("cell", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("appointment", sa.String, nullable=False),
    )
    op.create_index("ix_appointment_places_appointment", "appointment_places", ["appointment"])
