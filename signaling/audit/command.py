"""`python -m signaling audit …`: whether anybody has changed the audit log since it was written."""

from __future__ import annotations

from sqlalchemy import URL

from signaling.audit.log import AuditLog
from signaling.protocol.chain import ChainBroken, check
from signaling.storage.database import StoreError
from signaling.storage.store import Store


async def run(url: URL, head: str) -> str:
    """What to say about the log of a database. Raises StoreError, also when the log was changed."""
    store = await Store.open(url)
    try:
        entries = await AuditLog(store.engine, lambda: 0.0).whole()
    finally:
        await store.close()
    try:
        last = check(entries, head)
    except ChainBroken as error:
        raise StoreError(f"{error} Compare it with a backup.") from None
    return f"{len(entries)} acts, unchanged. Note this hash; with --head it shows later that none was cut off: {last}"
