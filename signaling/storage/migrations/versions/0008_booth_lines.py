"""Whether booths have a line, and how they say their devices are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "booth_lines",
        sa.Column("booth", sa.String, primary_key=True),
        sa.Column("online", sa.Boolean, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("devices", sa.JSON, nullable=False),
        sa.Column("network", sa.String),
    )
