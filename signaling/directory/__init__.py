"""The directory: who is known to this switchboard, read from `directory.toml` (docs/directory.md).

DirectoryError
  the file cannot be used; the text names the file, what is wrong and what was expected
"""

from signaling.directory.capacity import Capacity
from signaling.directory.check import check
from signaling.directory.errors import DirectoryError
from signaling.directory.hours import DayException, Span, Week
from signaling.directory.model import (
    Accessibility,
    Authority,
    Booth,
    Console,
    Directory,
    Priority,
    Region,
    Service,
    Site,
)
from signaling.directory.reading import load, parse
from signaling.directory.relay_server import RelayServer

__all__ = [
    "Accessibility",
    "Authority",
    "Booth",
    "Capacity",
    "Console",
    "DayException",
    "Directory",
    "DirectoryError",
    "Priority",
    "Region",
    "RelayServer",
    "Service",
    "Site",
    "Span",
    "Week",
    "check",
    "load",
    "parse",
]
