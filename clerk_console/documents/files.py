"""The finished documents: one encrypted file each, `documents/<id>.bin`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.keys import Vault

FOLDER: Final = "documents"
SUFFIX: Final = ".bin"


class DocumentFiles:
    """All calls read or write the disk: call them in a worker thread."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._vault = vault

    def put(self, document: str, content: bytes) -> None:
        """Store under a new id; complete on disk when this returns."""
        path = self._path(document)
        partial = path.with_suffix(".part")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self._vault.lock(content, _about(document)))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def get(self, document: str, sha256: str) -> bytes:
        """Raises ConsoleError (document_unknown, record_damaged)."""
        try:
            content = self._vault.unlock(self._path(document).read_bytes(), _about(document))
        except FileNotFoundError:
            raise ConsoleError(ErrorId.DOCUMENT_UNKNOWN, "The document's file is gone.") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ConsoleError(ErrorId.RECORD_DAMAGED, "The document is not the one the case names.")
        return content

    def remove(self, document: str) -> None:
        self._path(document).unlink(missing_ok=True)

    def sweep(self, known: Collection[str]) -> int:
        """Delete files no case names, left by a crash while completing; how many. Only before requests are served."""
        stray = [path for path in self._folder.iterdir() if path.suffix != SUFFIX or path.stem not in known]
        for path in stray:
            path.unlink()
        return len(stray)

    def _path(self, document: str) -> Path:
        return self._folder / f"{document}{SUFFIX}"


def _about(document: str) -> str:
    return f"document:{document}"
