"""Who signs the letters: the authority as `authority.toml` describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from clerk_console.errors import SetupError

Line = Annotated[str, Meta(min_length=1, max_length=120)]


class Authority(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of the letters. `specimen`: the letters say that they have no legal effect."""

    name: Line
    office: Line
    street: Line
    postal_code: Annotated[str, Meta(pattern=r"^[0-9]{5}$")]
    city: Line
    telephone: str = ""
    email: str = ""
    website: str = ""
    specimen: bool = False


SPECIMEN: Final = Authority(
    name="Gemeinde Elbtal",
    office="Bürgeramt",
    street="Am Markt 1",
    postal_code="00000",
    city="Elbtal",
    specimen=True,
)
"""Used until an authority is entered, so that nobody takes a trial's letter for a real one."""


def load(path: Path | None) -> Authority:
    """The authority of a file; the specimen without one. Raises SetupError."""
    if path is None:
        return SPECIMEN
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Authority)
    except OSError as error:
        raise SetupError(f"The authority {path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise SetupError(f"{path} does not describe an authority: {error}") from error
