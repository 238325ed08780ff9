"""Run by Alembic: the connection is handed over by `signaling.storage.migrations`."""

from __future__ import annotations

from alembic import context

from signaling.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot change a column; Alembic copies the table.
)
with context.begin_transaction():
    context.run_migrations()
