"""What tells this node from the others: a name in a file that is locked while the program runs.

The lock ends with the process, however it ends. So whoever has it knows that an earlier run of the same node is dead,
and a second program on the same data is refused. With SQLite the file stands beside the database, and the lock says
that nobody else uses it; with PostgreSQL it stands in the data folder.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from signaling.storage.database import SQLITE, StoreError


def lock_file(url: URL, data: Path) -> Path:
    """Where the node's name is kept."""
    return Path(f"{url.database}.lock") if url.drivername == SQLITE else data / "node.lock"


@contextmanager
def node_name(path: Path) -> Iterator[str]:
    """The node's name, for as long as it is this process's. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}. Give a folder of one's own with --data."
        ) from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(
                f"Another switchboard runs on {path.parent}; end it, or give another folder with --data."
            ) from None
        name = os.read(file, 64).decode("ascii", "replace")
        if not name:
            name = secrets.token_hex(8)
            os.write(file, name.encode())
        yield name
    finally:
        os.close(file)
