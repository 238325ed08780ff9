"""Who leads, and what the leader has served of each gateway."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    leadership = op.create_table(
        "leadership",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.String),
        sa.Column("runs", NUMBER, nullable=False),
        sa.Column("term", NUMBER, nullable=False),
        sa.Column("beat", NUMBER, nullable=False),
        sa.Column("holder", sa.String),
    )
    op.bulk_insert(leadership, [{"id": 1, "runs": 0, "term": 0, "beat": 0}])
    op.create_table(
        "gateways",
        sa.Column("run", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("served", NUMBER, nullable=False),
    )
