"""Booths that consoles have registered, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "booths",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("site", sa.String, nullable=False),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("registered_at", sa.Float, nullable=False),
        sa.Column("revoked_at", sa.Float),
    )
    op.create_index("ix_booths_id", "booths", ["id"])
    op.create_table(
        "audit",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("result", sa.String, nullable=False),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("before", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
