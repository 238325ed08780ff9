"""`python -m clerk_console key …`: rotates the office's token key."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from clerk_console import database
from clerk_console.audit import HOST, AuditLog, What
from clerk_console.sources import Sources
from clerk_console.token_keys import TokenKeys


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="fernamt-console key", description="The key that signs the office's tokens.")
    commands = root.add_subparsers(dest="command", required=True)
    rotate = commands.add_parser("rotate", help="publish a new key, to be used in a quarter of an hour")
    rotate.add_argument(
        "--now", action="store_true", help="use it at once and destroy the old ones, because somebody may have them"
    )
    listing = commands.add_parser("list", help="list the keys and when they are used")
    for command in (rotate, listing):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the console's data folder")
    return root


async def run(arguments: argparse.Namespace, sources: Sources) -> str:
    """Do it; the answer is what to say. Raises SetupError."""
    database.prepare_folder(arguments.data)
    keys = TokenKeys(arguments.data, sources.now)
    if arguments.command == "list":
        current = keys.current().kid
        return "\n".join(
            "\t".join((key.kid, _moment(key.use_from), "in use" if key.kid == current else ""))
            for key in keys.published()
        )
    made = keys.rotate(at_once=arguments.now)
    async with database.opened(arguments.data) as engine:
        await AuditLog(engine, sources.now).add(HOST, What.KEY_ROTATED, made.kid)
    return (
        f"The key {made.kid} is published and used from {_moment(made.use_from)} on. No program has to be restarted."
    )


def _moment(at: float) -> str:
    return "the beginning" if not at else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
