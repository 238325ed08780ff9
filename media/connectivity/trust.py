"""Whose certificates a relay may show."""

from __future__ import annotations

import ssl
from pathlib import Path


class TrustError(Exception):
    """The file with certificates of authorities cannot be used; the text names it."""


def trust(authorities: Path | None = None) -> ssl.SSLContext:
    """The system's authorities, and those of the PEM file if one is given. Names are checked. Raises TrustError."""
    context = ssl.create_default_context()
    if authorities is not None:
        try:
            context.load_verify_locations(cafile=authorities)
        except (OSError, ssl.SSLError) as error:
            raise TrustError(f"The certificates in {authorities} cannot be used: {error}") from None
    return context
