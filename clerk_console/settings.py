"""How the console's back end is set up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from clerk_console.errors import SetupError

STATIC: Final = Path(__file__).parent / "static"
REPORT_DAYS: Final = 90
"""A quarter: long enough to see whether a line got better, short enough to be forgotten."""
MOST_REPORT_DAYS: Final = 366


@dataclass(frozen=True)
class Settings:
    """`data`: folder of keys, database and documents. `issuer`: the console's own address, as browsers reach it.
    `switchboard`: the switchboard's WebSocket address. `booths`: JWK Set of the device keys of booths that were
    not enrolled with a code. `csca`: folder of country certificates. `authority`: who signs the letters. `eid`:
    settings of the authority's eID-Server. `static`: the built web app. `report_days`: how long reports of
    calls' quality are kept; 0 keeps none. `id_cards`: whether German ID cards are read by their card access
    number; the law is in docs/identity.md."""

    data: Path
    issuer: str
    switchboard: str
    booths: Path | None = None
    csca: Path | None = None
    authority: Path | None = None
    eid: Path | None = None
    static: Path = STATIC
    report_days: int = REPORT_DAYS
    id_cards: bool = False

    def __post_init__(self) -> None:
        origin(self.issuer, "http", "https")
        origin(self.switchboard, "ws", "wss")
        if not 0 <= self.report_days <= MOST_REPORT_DAYS:
            raise SetupError(f"Call reports are kept 0 to {MOST_REPORT_DAYS} days, not {self.report_days}.")

    @property
    def secure(self) -> bool:
        """Whether browsers reach the console over TLS."""
        return urlsplit(self.issuer).scheme == "https"

    @property
    def own_origin(self) -> str:
        return origin(self.issuer, "http", "https")

    @property
    def switchboard_rest(self) -> str:
        """Where the switchboard answers over REST."""
        return self.switchboard_origin.replace("ws", "http", 1)

    @property
    def switchboard_origin(self) -> str:
        return origin(self.switchboard, "ws", "wss")


def origin(url: str, *schemes: str) -> str:
    """Scheme, host and port of a URL (RFC 6454). Raises SetupError when it is not a URL of one of `schemes`."""
    try:
        parts = urlsplit(url)
        standard = {"http": 80, "ws": 80, "https": 443, "wss": 443}.get(parts.scheme)
        port = "" if parts.port in (None, standard) else f":{parts.port}"
    except ValueError:
        raise SetupError(f"{url} is not an address.") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise SetupError(f"{url} is not an address with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"
