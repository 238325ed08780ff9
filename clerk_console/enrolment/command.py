"""`python -m clerk_console booth …`: makes codes for booths, lists and revokes them."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

import msgspec

from clerk_console import database
from clerk_console.audit import HOST, AuditLog
from clerk_console.enrolment.booths import BoothTables
from clerk_console.enrolment.codes import HOURS, MOST_HOURS
from clerk_console.enrolment.enrolment import Enrolment, Invitation
from clerk_console.errors import ConsoleError, SetupError
from clerk_console.services import catalogue
from clerk_console.sources import Sources
from signaling.protocol.enrolment import spelled
from signaling.protocol.messages import Identifier


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= MOST_HOURS:
        raise argparse.ArgumentTypeError(f"a code is good for up to {MOST_HOURS} hours")
    return hours


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="fernamt-console booth", description="The booths of this authority.")
    commands = root.add_subparsers(dest="command", required=True)
    enrol = commands.add_parser("enrol", help="make a one-time code with which a booth enrols itself")
    enrol.add_argument("booth", metavar="ID", help="what the booth is to be called, for example booth-elbtal-2")
    enrol.add_argument("--region", required=True, help="region it belongs to")
    enrol.add_argument(
        "--site", required=True, help="where it stands, for example 'Gemeindehaus Elbtal', or a site's id"
    )
    enrol.add_argument(
        "--services", type=_names, metavar="IDS", help="what it offers, comma-separated; all by default"
    )
    enrol.add_argument("--hours", type=_hours, default=HOURS, help="how long the code is good (default: %(default)s)")
    revoke = commands.add_parser("revoke", help="take a booth out of use at once")
    revoke.add_argument("booth", metavar="ID")
    listing = commands.add_parser("list", help="list the booths and their states")
    for command in (enrol, revoke, listing):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the console's data folder")
    return root


async def run(arguments: argparse.Namespace, sources: Sources) -> str:
    """Do it; the answer is what to say. The switchboard is told by the running console. Raises SetupError."""
    async with database.opened(arguments.data) as engine:
        enrolment = Enrolment(BoothTables(engine), AuditLog(engine, sources.now), sources, "")
        try:
            match arguments.command:
                case "enrol":
                    return await _invite(enrolment, arguments, sources)
                case "revoke":
                    booth = await enrolment.revoke(arguments.booth, HOST)
                    return f"{booth.id} is {booth.state}; the running console tells the switchboard within seconds."
                case _:
                    return "\n".join(
                        "\t".join((booth.id, booth.region, booth.site, booth.state, booth.trouble or ""))
                        for booth in await enrolment.all()
                    )
        except ConsoleError as error:
            raise SetupError(error.text) from None


async def _invite(enrolment: Enrolment, arguments: argparse.Namespace, sources: Sources) -> str:
    wanted = Invitation(
        id=_identifier(arguments.booth),
        region=_identifier(arguments.region),
        site=arguments.site,
        services=[_identifier(name) for name in arguments.services or catalogue.load().ids()],
        hours=arguments.hours,
    )
    made = await enrolment.invite(wanted, HOST)
    until = datetime.fromtimestamp(made.expires_at, sources.timezone).strftime("%d.%m.%Y %H:%M")
    return (
        f"Code for {made.booth.id}, good once until {until}: {spelled(made.code)}\n"
        f"At the booth: fernamt-booth enrol --data DIR --console URL --code {spelled(made.code)}"
    )


def _identifier(text: str) -> str:
    try:
        return msgspec.convert(text, Identifier)
    except msgspec.ValidationError:
        raise SetupError(f"{text!r} is not an identifier (lower-case letters, digits, . _ -).") from None
