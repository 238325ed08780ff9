"""The console's back end: `python -m clerk_console` serves; `staff`, `booth`, `key`, `audit` and `csca` after it look
after accounts, booths, the token key, the audit log and trust anchors."""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog
import uvicorn

from clerk_console import audit_command, csca_command, key_command, log, staff_command
from clerk_console.enrolment import command as booth_command
from clerk_console.errors import SetupError
from clerk_console.settings import REPORT_DAYS, STATIC, Settings
from clerk_console.sources import Sources

GRACE_S: Final = 5
"""Requests get this long to end when the program is asked to stop."""
BACKLOG: Final = 2048

ID_CARDS: Final = (
    "read German ID cards by card access number alone, without PIN; section 18a of the Personalausweisgesetz allows "
    "it only with the holder present before whoever reads, so find out first whether your booths are that"
)


class Command(Protocol):
    """A module that does something and ends."""

    def parser(self) -> argparse.ArgumentParser: ...

    async def run(self, arguments: argparse.Namespace, sources: Sources) -> str: ...


COMMANDS: Final[dict[str, Command]] = {
    "staff": staff_command,
    "booth": booth_command,
    "key": key_command,
    "audit": audit_command,
    "csca": csca_command,
}


def parser() -> argparse.ArgumentParser:
    serve = argparse.ArgumentParser(
        prog="fernamt-console",
        description=f"Serves the console of one office. See also --help of its commands: {', '.join(COMMANDS)}",
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8471)
    serve.add_argument("--data", type=Path, required=True, metavar="DIR", help="keys, database and documents")
    serve.add_argument("--issuer", required=True, metavar="URL", help="the console's address as browsers reach it")
    serve.add_argument("--switchboard", required=True, metavar="URL", help="the switchboard, ws:// or wss://")
    serve.add_argument("--booths", type=Path, metavar="FILE", help="keys of booths not enrolled by code, a JWK Set")
    serve.add_argument("--csca", type=Path, metavar="DIR", help="country certificates identity documents chain to")
    serve.add_argument("--authority", type=Path, metavar="FILE", help="who signs the letters; specimens without it")
    serve.add_argument("--eid", type=Path, metavar="FILE", help="the authority's eID-Server, see docs/operate/eid.md")
    serve.add_argument("--static", type=Path, default=STATIC, metavar="DIR", help=argparse.SUPPRESS)
    kept = "how long reports of calls' quality are kept, 90 if not said; 0: not at all"
    serve.add_argument("--report-days", type=int, default=REPORT_DAYS, metavar="DAYS", help=kept)
    serve.add_argument("--read-id-cards", dest="id_cards", action="store_true", help=ID_CARDS)
    serve.add_argument("--timezone", type=ZoneInfo, default=ZoneInfo("Europe/Berlin"), help="the office's time zone")
    return serve


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM. Raises SetupError."""
    # Printing documents takes a second to import; looking after accounts does without.
    from clerk_console.app import make_app
    from clerk_console.office import opened

    names = (
        "data",
        "issuer",
        "switchboard",
        "booths",
        "csca",
        "authority",
        "eid",
        "static",
        "report_days",
        "id_cards",
    )
    settings = Settings(**{name: getattr(arguments, name) for name in names})
    async with opened(settings, Sources(timezone=arguments.timezone)) as office:
        config = uvicorn.Config(
            make_app(office),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        with listening(arguments.host, arguments.port) as connection:
            port = connection.getsockname()[1]
            structlog.get_logger(__name__).info("console.serving", issuer=settings.issuer, port=port)
            await uvicorn.Server(config).serve(sockets=[connection])


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections. Raises SetupError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SetupError(f"Nothing can be served at {host} port {port}: {error.strerror}.") from error


def main(argv: Sequence[str] | None = None) -> int:
    """The program. The answer is the exit status: 1 when it could not be set up."""
    words = list(sys.argv[1:] if argv is None else argv)
    log.configure()
    try:
        if words and (command := COMMANDS.get(words[0])):
            said = asyncio.run(command.run(command.parser().parse_args(words[1:]), Sources()))
            sys.stdout.write(f"{said}\n")
        else:
            asyncio.run(serve(parser().parse_args(words)))
    except SetupError as error:
        sys.stderr.write(f"fernamt-console: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
