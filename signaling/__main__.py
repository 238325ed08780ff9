"""`python -m signaling`: run a switchboard; `… audit`: check its audit log; `… move`: to PostgreSQL."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import URL

from signaling import __version__, directory, garbage, logs, server
from signaling.audit import command
from signaling.bus import BusError
from signaling.bus.addresses import parse_servers
from signaling.storage import database, move
from signaling.storage.database import StoreError

DATABASE_VARIABLE: Final = "FERNAMT_DATABASE"
BUS_VARIABLE: Final = "FERNAMT_BUS"

log = structlog.get_logger(__name__)


TURN_S: Final = 0.0005
"""After this the database's thread gets its turn, not after 5 ms: a commit takes a dozen, and peers wait for it."""


class ListenError(Exception):
    """The address cannot be listened on."""


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line (docs/architecture.md, "Switchboard")."""
    parser = argparse.ArgumentParser(
        prog="fernamt-signaling", description="The switchboard: tickets, queue and the relay of calls."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8470, help="port to listen on, 0 for any (default: %(default)s)")
    _add_database(parser)
    parser.add_argument(
        "--bus",
        metavar="URLS",
        default=os.environ.get(BUS_VARIABLE),
        help="NATS servers that join nodes to one switchboard, nats://USER:PASSWORD@HOST:4222, with commas between; "
        f"better given in the environment as {BUS_VARIABLE} (default: none, one process is the whole switchboard)",
    )
    parser.add_argument(
        "--directory", type=Path, required=True, metavar="FILE", help="directory.toml: booths, consoles, services"
    )
    parser.add_argument("--version", action="version", version=__version__)
    return parser.parse_args(arguments)


def parse_audit_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line of `audit`."""
    parser = argparse.ArgumentParser(
        prog="fernamt-signaling audit", description="Whether the log of administrative acts is as it was written."
    )
    _add_database(parser)
    parser.add_argument("--head", default="", metavar="HASH", help="a last hash noted earlier, which has to be in it")
    return parser.parse_args(arguments)


def parse_move_arguments(arguments: list[str]) -> argparse.Namespace:
    """The command line of `move`."""
    parser = argparse.ArgumentParser(
        prog="fernamt-signaling move",
        description=f"Takes everything in {database.FILE_NAME} over into the empty PostgreSQL database given with "
        "--database, while no switchboard runs on either.",
    )
    _add_database(parser)
    return parser.parse_args(arguments)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of what is kept")
    parser.add_argument(
        "--database",
        metavar="URL",
        default=os.environ.get(DATABASE_VARIABLE),
        help=f"the database, {database.POSTGRESQL}://USER:PASSWORD@HOST/NAME; better given in the environment as "
        f"{DATABASE_VARIABLE}, where other users do not see it (default: {database.FILE_NAME} in --data)",
    )


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises ListenError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise ListenError(
            f"Cannot listen on {host} port {port}: {error}. Choose another with --host and --port."
        ) from None


def database_url(options: argparse.Namespace) -> URL:
    """The database that is meant. Raises StoreError."""
    if options.database:
        return database.parse_url(options.database)
    return database.sqlite(options.data / database.FILE_NAME)


def place_of(options: argparse.Namespace) -> server.Place:
    """What the options say of database and bus. Raises StoreError, BusError."""
    url = database_url(options)
    servers = parse_servers(options.bus) if options.bus else []
    if servers and url.drivername == database.SQLITE:
        raise StoreError("Several nodes need a database they can share: give --database beside --bus.")
    return server.Place(options.data, url, servers)


async def run(known: directory.Directory, place: server.Place, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""

    def ready(running: server.Server) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, running.stop)
        host, port = listener.getsockname()[:2]
        garbage.settle()
        sys.setswitchinterval(TURN_S)
        log.info("listening", host=host, port=port, database=place.database.get_backend_name(), version=__version__)

    collecting = asyncio.create_task(garbage.collect_seldom(), name="garbage")
    try:
        await server.serve(known, place, listener, ready)
    finally:
        collecting.cancel()


def audit(arguments: list[str]) -> Coroutine[None, None, str]:
    """`audit`: raises StoreError when the log was changed."""
    options = parse_audit_arguments(arguments)
    return command.run(database_url(options), options.head)


def move_to(arguments: list[str]) -> Coroutine[None, None, str]:
    """`move`: raises StoreError when it cannot be done; then nothing has been moved."""
    options = parse_move_arguments(arguments)
    return move.run(options.data, database_url(options))


COMMANDS: Final = {"audit": audit, "move": move_to}


def do(prepare: Callable[[list[str]], Coroutine[None, None, str]], arguments: list[str]) -> int:
    """Run a command that ends by itself. Returns the exit status."""
    try:
        said = asyncio.run(prepare(arguments))
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Entry point. Returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and (command_of := COMMANDS.get(given[0])):
        return do(command_of, given[1:])
    options = parse_arguments(given)
    logs.configure()
    try:
        known, place = directory.load(options.directory), place_of(options)
        with listen(options.host, options.port) as listener:
            asyncio.run(run(known, place, listener))
    except (directory.DirectoryError, StoreError, BusError, ListenError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
