"""Which version of the booth this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """The installed version; a tree that was never installed has none."""
    try:
        return metadata.version("fernamt")
    except metadata.PackageNotFoundError:
        return "unknown"
