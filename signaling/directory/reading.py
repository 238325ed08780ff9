"""Reads `directory.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from signaling.directory.check import check
from signaling.directory.errors import DirectoryError
from signaling.directory.model import Directory


def parse(text: str, folder: Path = Path()) -> Directory:
    """Read a directory from TOML; files it names lie relative to `folder`. Raises DirectoryError."""
    try:
        directory = msgspec.convert(tomllib.loads(text), Directory)
        opened = [server.opened(folder) for server in directory.ice_servers]
        directory = msgspec.structs.replace(directory, ice_servers=opened, metrics=directory.metrics.opened(folder))
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(f"not valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise DirectoryError(str(error)) from None
    check(directory)
    return directory


def load(path: Path) -> Directory:
    """Read the directory file. Raises DirectoryError naming the file."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise DirectoryError(
            f"The directory {path} cannot be read: {error}. Give its path with --directory."
        ) from None
    except DirectoryError as error:
        raise DirectoryError(f"The directory {path} cannot be used: {error}.") from None
