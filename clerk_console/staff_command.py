"""`python -m clerk_console staff …`: opens, lists, changes and closes accounts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from clerk_console import database
from clerk_console.errors import SetupError
from clerk_console.sources import Sources
from clerk_console.staff import ROLES, Profile, StaffAccounts

CHANGEABLE: Final = ("roles", "regions", "services", "languages", "needs")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="fernamt-console staff", description="The accounts of the office's staff.")
    commands = root.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="open an account")
    add.add_argument("name", metavar="NAME", help="what the person types to sign in")
    add.add_argument("--display-name", required=True, help="what citizens read, for example 'Sabine Vogt'")
    add.add_argument("--office", default="Bürgeramt", help="the office citizens read")
    add.add_argument("--roles", type=_names, default=["clerk"], help=f"of {', '.join(ROLES)}")
    for option in ("--regions", "--services", "--languages", "--needs"):
        add.add_argument(option, type=_names, default=[], help=f"{option[2:]} the person serves, comma-separated")
    alter = commands.add_parser("change", help="change what an account may do")
    alter.add_argument("name", metavar="NAME")
    for option in CHANGEABLE:
        alter.add_argument(f"--{option}", type=_names, help="the new list, comma-separated")
    change = commands.add_parser("password", help="set a new password and end the account's sessions")
    change.add_argument("name", metavar="NAME")
    remove = commands.add_parser("remove", help="close an account")
    remove.add_argument("name", metavar="NAME")
    listing = commands.add_parser("list", help="list the accounts")
    for command in (add, change):
        command.add_argument("--password-file", required=True, metavar="F", help="file with the password, - for stdin")
    for command in (add, alter, change, remove, listing):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the console's data folder")
    return root


async def run(arguments: argparse.Namespace, sources: Sources) -> str:
    """Do it; the answer is what to say. Raises SetupError."""
    async with database.opened(arguments.data) as engine:
        accounts = StaffAccounts(engine, sources)
        match arguments.command:
            case "add":
                staff = await accounts.add(_profile(arguments), read_password(arguments.password_file))
                return f"{staff.name} can sign in now; the switchboard knows the account as {staff.id}."
            case "change":
                given = {name: value for name in CHANGEABLE if (value := getattr(arguments, name)) is not None}
                if not given:
                    raise SetupError(f"Say what is to change: {', '.join(f'--{name}' for name in CHANGEABLE)}.")
                staff = await accounts.change(arguments.name, **given)
                return f"{staff.name} now has the roles {', '.join(staff.roles)}."
            case "password":
                await accounts.set_password(arguments.name, read_password(arguments.password_file))
                return f"{arguments.name} has a new password."
            case "remove":
                await accounts.remove(arguments.name)
                return f"{arguments.name} can no longer sign in."
            case _:
                return "\n".join(
                    f"{staff.name}\t{staff.display_name}\t{','.join(staff.roles)}" for staff in await accounts.all()
                )


def _profile(arguments: argparse.Namespace) -> Profile:
    return Profile(**{name: getattr(arguments, name) for name in Profile.__struct_fields__})


def read_password(source: str) -> str:
    """The first line of a file, or of standard input for `-`. Raises SetupError."""
    try:
        text = sys.stdin.readline() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"The password cannot be read from {source}: {error}") from error
    return text.splitlines()[0] if text else ""
