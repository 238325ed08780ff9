"""What a clerk is called at the switchboard: unique over all consoles, and nobody's name."""

from __future__ import annotations

import hashlib


def pseudonym(issuer: str, subject: str) -> str:
    """The name of a clerk in memory, in the database, in logs and in messages about others. `issuer` and `subject` as
    in the clerk's token, so that a console knows its own clerks by it."""
    return hashlib.blake2s(f"{issuer}\0{subject}".encode(), digest_size=10).hexdigest()
