"""`python -m clerk_console csca …`: looks at trust anchors and takes in newer ones, telling who vouches for them."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from asn1crypto import x509

from clerk_console.audit import HOST, AuditLog, What
from clerk_console.database import opened
from clerk_console.errors import SetupError
from clerk_console.identity import TrustAnchors
from clerk_console.identity.certificates import certificate_name, fingerprint
from clerk_console.identity.master_list import issuer_among
from clerk_console.identity.trust_files import SUFFIXES, TrustFile, offered, read
from clerk_console.sources import Sources
from clerk_console.trust import EVERY_S

MOST_NAMED: Final = 20
TAKEN_UP: Final = f"A running console takes it up within {EVERY_S:.0f} seconds."


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="fernamt-console csca", description="The certificates of issuing states.")
    commands = root.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="take in a certificate, a master list, a revocation list or a PKD download")
    add.add_argument("file", type=Path)
    add.add_argument(
        "--trust",
        metavar="FINGERPRINT",
        default="",
        help="SHA-256 of the country certificate that vouches for the file, as its state publishes it; needed once, "
        "where no anchor vouches",
    )
    add.add_argument("--replace", metavar="NAME", help="the file of the folder that this one takes the place of")
    remove = commands.add_parser("remove", help="take a file away: what it vouched for is believed no more")
    remove.add_argument("name", metavar="NAME", help="the file of the folder")
    for command in (add, remove):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the console's data folder")
    show = commands.add_parser("list", help="say what the folder holds, and what is wrong with it")
    for command in (add, remove, show):
        command.add_argument("--csca", type=Path, required=True, metavar="DIR", help="the folder of trust anchors")
    return root


async def run(arguments: argparse.Namespace, sources: Sources) -> str:
    """Do it; the answer is what to say. Raises SetupError."""
    anchors = _loaded(arguments.csca)
    if arguments.command == "list":
        return "\n".join(_described(anchors, sources.today()))
    if arguments.command == "remove":
        _remove(arguments.csca, arguments.name)
        await _note(arguments, sources, (What.CSCA_REMOVED, Path(arguments.name).name))
        after = _loaded(arguments.csca)
        return f"{arguments.name} is gone: {len(after)} certificates, before {len(anchors)}.\n{TAKEN_UP}"
    found = _readable(arguments.file)
    vouched = list(_require_vouched(found, anchors, arguments.trust.replace(":", "").replace(" ", "").lower()))
    _install(arguments)
    replaced = [(What.CSCA_REMOVED, Path(arguments.replace).name)] if arguments.replace else []
    await _note(arguments, sources, (What.CSCA_ADDED, arguments.file.name), *replaced)
    after = _loaded(arguments.csca)
    news = f"{arguments.file.name} is in {arguments.csca}: {len(after)} certificates, before {len(anchors)}."
    return "\n".join([*vouched, *_named("Left out", found.problems), news, TAKEN_UP])


async def _note(arguments: argparse.Namespace, sources: Sources, *acts: tuple[What, str]) -> None:
    async with opened(arguments.data) as engine:
        for what, name in acts:
            await AuditLog(engine, sources.now).add(HOST, what, name)


def _loaded(folder: Path) -> TrustAnchors:
    try:
        return TrustAnchors.load(folder)
    except OSError as error:
        raise SetupError(f"The country certificates cannot be read: {error}") from error


def _described(anchors: TrustAnchors, today: date) -> Iterator[str]:
    yield f"{len(anchors)} country certificates, {anchors.signers} document signers."
    yield from anchors.lists
    for listed in anchors.revocation_lists:
        until = f", next {listed.next_update:%Y-%m-%d}" if listed.next_update else ""
        yield f"Revocation list of {listed.issued_at:%Y-%m-%d}{until}: {len(listed.serial_numbers)} certificates"
    yield from (
        f"Deviation list of {country}: {len(told.deviations)} entries" for country, told in anchors.deviation_lists
    )
    yield from _named("Outdated", anchors.outdated(today))
    yield from _named("Malformed, but used", anchors.deviations)
    yield from _named("Left out", anchors.problems)


def _named(title: str, entries: list[str]) -> Iterator[str]:
    yield from (f"{title}: {entry}" for entry in entries[:MOST_NAMED])
    if len(entries) > MOST_NAMED:
        yield f"{title}: {len(entries) - MOST_NAMED} more"


def _readable(path: Path) -> TrustFile:
    if path.suffix.lower() not in SUFFIXES:
        raise SetupError(f"{path.name} is none of {', '.join(sorted(SUFFIXES))}.")
    found = read(path)
    if not found.whole:
        raise SetupError(f"{path.name} cannot be read whole. {' '.join(found.problems[:1])}")
    if found.changes:
        return offered(found)
    if not (found.authorities or found.lists or found.revocation_lists or found.deviation_lists):
        raise SetupError(f"Nothing in {path.name} can be used. {' '.join(found.problems[:1])}")
    return found


def _require_vouched(found: TrustFile, anchors: TrustAnchors, trusted: str) -> Iterator[str]:
    """Lines that say who vouches. Raises SetupError where nobody does and the operator does not either."""
    known = [anchor.certificate for anchor in anchors.anchors]
    strangers = []
    for where, listed in found.lists:
        by = issuer_among(known, listed.signer)
        yield f"{where}: {listed}"
        if by is None and fingerprint(listed.authority) != trusted:
            strangers.append(listed.authority)
    for where, certificate in found.authorities:
        by = issuer_among(known, certificate)  # the state's older key, or the same one renewed
        yield f"{where}: {certificate_name(certificate)}, vouched for by {certificate_name(by) if by else 'nobody'}"
        if by is None and fingerprint(certificate) != trusted:
            strangers.append(certificate)
    if strangers:
        raise SetupError(_not_vouched(strangers[0]))


def _not_vouched(certificate: x509.Certificate) -> str:
    return (
        f"No anchor of the folder vouches for {certificate_name(certificate)}. Compare its fingerprint with what its "
        f"state publishes, by another way than you got the file, and add --trust {fingerprint(certificate)}"
    )


def _remove(folder: Path, name: str) -> None:
    path = folder / Path(name).name
    if not path.is_file():
        raise SetupError(f"There is no {name} in {folder}.")
    try:
        path.unlink()
    except OSError as error:
        raise SetupError(f"{folder} cannot be written: {error.strerror}.") from error


def _install(arguments: argparse.Namespace) -> None:
    """Whole or not at all: the console may start at any moment."""
    target = arguments.csca / arguments.file.name
    unfinished = arguments.csca / f".{arguments.file.name}.new"
    try:
        if arguments.replace and not (arguments.csca / Path(arguments.replace).name).is_file():
            raise SetupError(f"There is no {arguments.replace} in {arguments.csca}.")
        shutil.copyfile(arguments.file, unfinished)
        os.replace(unfinished, target)
        if arguments.replace and Path(arguments.replace).name != target.name:
            (arguments.csca / Path(arguments.replace).name).unlink()
    except OSError as error:
        raise SetupError(f"{arguments.csca} cannot be written: {error.strerror}.") from error
