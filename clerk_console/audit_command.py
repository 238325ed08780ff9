"""`python -m clerk_console audit …`: whether anybody has changed the office's audit log since it was written."""

from __future__ import annotations

import argparse
from pathlib import Path

from clerk_console import database
from clerk_console.audit import AuditLog
from clerk_console.errors import SetupError
from clerk_console.sources import Sources
from signaling.protocol.chain import ChainBroken, check


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="fernamt-console audit", description="Checks the office's audit log.")
    root.add_argument("--data", type=Path, required=True, metavar="DIR", help="the console's data folder")
    root.add_argument("--head", default="", metavar="HASH", help="a last hash noted earlier, which has to be in it")
    return root


async def run(arguments: argparse.Namespace, sources: Sources) -> str:
    """Check it; the answer is what to say. Raises SetupError when it was changed."""
    async with database.opened(arguments.data) as engine:
        entries = await AuditLog(engine, sources.now).entries()
    try:
        last = check(entries, arguments.head)
    except ChainBroken as error:
        raise SetupError(f"{error} Compare it with a backup.") from None
    return f"{len(entries)} acts, unchanged. Note this hash; with --head it shows later that none was cut off: {last}"
