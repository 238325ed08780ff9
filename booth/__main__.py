"""Command line of the booth: `python -m booth …` runs it, `python -m booth enrol …` enrols it with a one-time code,
`python -m booth key --data DIR` only makes its device key, `python -m booth check …` tries its network.

What runs is `booth.succession`, which starts this program again, with `--turn`, for each visit. It stays small: what a
visit needs is imported where a visit is served.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import re
import signal
import ssl
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from booth import device_key, enrolment, logs, succession
from booth.device_key import DeviceKey
from booth.turn import Turn
from booth.version import version
from media.connectivity.trust import TrustError, trust
from media.connectivity.verdict import Readiness

SERVICES = ("registration-certificate",)
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def parser() -> argparse.ArgumentParser:
    """The options of docs/architecture.md, "Booth"."""
    arguments = argparse.ArgumentParser(prog="fernamt-booth", description="Fernamt's booth: a citizen's terminal.")
    arguments.add_argument("--version", action="version", version=f"fernamt {version()}")
    arguments.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with device.key")
    enrolled = arguments.add_argument_group("of a booth that was not enrolled with a code, or to say otherwise")
    enrolled.add_argument("--switchboard", type=_address("ws", "wss"), metavar="URL", help="ws://host:port/ws")
    enrolled.add_argument("--booth", type=_identifier, metavar="ID", help="as in directory.toml")
    enrolled.add_argument("--console", type=_address("http", "https"), metavar="URL", help="the console it trusts")
    enrolled.add_argument("--site", metavar="NAME", help="shown to citizen and clerk")
    arguments.add_argument("--camera", default="0", metavar="0|PATH|test")
    arguments.add_argument(
        "--document-camera", default="none", metavar="0|PATH|none", help="looks down on a passport's printed lines"
    )
    arguments.add_argument("--microphone", default="default", metavar="default|FILE|none")
    arguments.add_argument("--speaker", default="default", metavar="default|FILE|none")
    arguments.add_argument("--reader", metavar="NAME", help="beginning of the card reader's name; any by default")
    arguments.add_argument(
        "--ausweisapp", metavar="PROGRAM|none", help="AusweisApp for the eID function; the one installed by default"
    )
    arguments.add_argument(
        "--eid-test",
        action="store_true",
        help="take test cards and test servers for the eID function; never in service",
    )
    arguments.add_argument(
        "--id-card-by-number",
        action="store_true",
        help="read German ID cards by their access number alone; PAuswG section 18a asks that the holder is present",
    )
    arguments.add_argument(
        "--service", action="append", type=_identifier, dest="services", help="offered on the screen; may be repeated"
    )
    arguments.add_argument(
        "--ca", type=Path, metavar="FILE", help="PEM file of further certificate authorities to trust"
    )
    arguments.add_argument("--windowed", action="store_true", help="a window instead of the full screen")
    arguments.add_argument("--size", type=_size, metavar="WxH", help="of the window, for example 1080x1920")
    arguments.add_argument("--robot", action="store_true", help="a citizen that is a program, on standard input")
    arguments.add_argument("--turn", type=int, metavar="DESCRIPTOR", help=argparse.SUPPRESS)
    return arguments


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when the booth was closed, 1 when it could not run, 2 for a wrong command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["key"]:
        return key(given[1:])
    if given[:1] == ["check"]:
        return check_network(given[1:])
    if given[:1] == ["enrol"]:
        return enrol(given[1:])
    known = parser()
    options = known.parse_args(given)
    try:
        _complete(options, known)
        secret = device_key.load(options.data)
        authorities = trust(options.ca)
    except (device_key.DeviceKeyError, enrolment.EnrolmentError, TrustError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    logs.configure()
    if options.turn is None:
        return succession.keep([sys.executable, "-m", "booth", *given])
    return serve(options, secret, authorities)


def serve(options: argparse.Namespace, secret: DeviceKey, authorities: ssl.SSLContext) -> int:
    """Load what a visit needs, wait for the turn, and serve."""
    # Waiting is ended like any program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    turn = Turn.at(options.turn)
    from booth.ui import environment

    # Qt reads the environment when it is loaded.
    environment.prepare(robot=options.robot)
    from booth.devices import DeviceNames
    from booth.program import Settings, load, run

    load(robot=options.robot)
    settings = Settings(
        folder=options.data,
        switchboard=options.switchboard,
        booth=options.booth,
        console=options.console.rstrip("/"),
        site=options.site,
        services=tuple(options.services or SERVICES),
        devices=DeviceNames(options.camera, options.microphone, options.speaker, options.document_camera),
        reader=options.reader,
        ausweisapp=options.ausweisapp,
        eid_test=options.eid_test,
        by_number=options.id_card_by_number,
        windowed=options.windowed,
        size=options.size,
        robot=options.robot,
        authorities=authorities,
    )
    begin = turn.wait()
    return 0 if begin is None else run(settings, secret, turn, begin)


def _complete(options: argparse.Namespace, arguments: argparse.ArgumentParser) -> None:
    """What the command line does not say is as it was enrolled. Raises EnrolmentError."""
    enrolled = enrolment.read(options.data)
    for name in ("switchboard", "booth", "console", "site", "services"):
        if getattr(options, name, None) is None and enrolled is not None:
            setattr(options, name, getattr(enrolled, name))
    if options.ca is None:
        options.ca = enrolment.authorities_of(options.data)
    needed = ("switchboard", "booth", "console", "site")
    if missing := [f"--{name}" for name in needed if getattr(options, name, "") is None]:
        arguments.error(f"{options.data} is not enrolled with a code, so these are needed: {', '.join(missing)}")


def enrol(given: Sequence[str]) -> int:
    """`enrol`: make the device key and have the authority's console take it."""
    arguments = argparse.ArgumentParser(prog="fernamt-booth enrol", description="Enrol this booth with a code.")
    arguments.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder for key and settings")
    arguments.add_argument("--console", type=_address("http", "https"), required=True, metavar="URL")
    arguments.add_argument("--code", required=True, help="as the authority's console gave it")
    arguments.add_argument("--ca", type=Path, metavar="FILE", help="PEM file of further certificate authorities")
    arguments.add_argument("--replace", action="store_true", help="although this booth is enrolled, with a new key")
    options = arguments.parse_args(given)
    try:
        authorities = trust(options.ca)
        enrolled = enrolment.enrol(
            options.data,
            options.console,
            options.code,
            now=time.time(),
            authorities=authorities,
            replace=options.replace,
        )
        if options.ca is not None:
            enrolment.keep_authorities(options.data, options.ca)
    except (enrolment.EnrolmentError, TrustError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"This is {enrolled.booth} ({enrolled.site}). Start it with: fernamt-booth --data {options.data}")  # noqa: T201
    return 0


def key(given: Sequence[str]) -> int:
    """`key`: make the device key, or find it, and print its public part."""
    arguments = argparse.ArgumentParser(prog="fernamt-booth key", description="Make this booth's device key.")
    arguments.add_argument("--data", type=Path, required=True, metavar="DIR")
    options = arguments.parse_args(given)
    try:
        secret = device_key.make(options.data)
    except (device_key.DeviceKeyError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps({"kty": "OKP", "crv": "Ed25519", "x": secret.public}))  # noqa: T201
    return 0


def check_network(given: Sequence[str]) -> int:
    """`check`: ask the servers a call needs and say what came of it. Exit status 0 if a call can be made."""
    arguments = argparse.ArgumentParser(prog="fernamt-booth check", description="Try this booth's network.")
    arguments.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with device.key")
    arguments.add_argument("--switchboard", type=_address("ws", "wss"), metavar="URL")
    arguments.add_argument("--booth", type=_identifier, metavar="ID")
    arguments.add_argument("--ca", type=Path, metavar="FILE")
    options = arguments.parse_args(given)
    from booth.check import CheckError, check, report

    # What is found is in the report.
    logs.configure(logging.CRITICAL)
    try:
        _complete(options, arguments)
        secret, authorities = device_key.load(options.data), trust(options.ca)
        health = asyncio.run(check(options.switchboard, options.booth, secret, authorities))
    except (device_key.DeviceKeyError, enrolment.EnrolmentError, TrustError, CheckError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(report(health))  # noqa: T201
    return 1 if health["readiness"] == Readiness.NO_CALL else 0


class _address:  # noqa: N801 (used as a type of argparse)
    def __init__(self, *schemes: str) -> None:
        self._schemes = schemes

    def __call__(self, text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in self._schemes or not parts.hostname:
            raise argparse.ArgumentTypeError(f"{text!r} is not an address with {' or '.join(self._schemes)}://")
        return text


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an identifier (lower-case letters, digits, . _ -)")
    return text


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size like 1080x1920")
    return int(match.group(1)), int(match.group(2))


if __name__ == "__main__":
    sys.exit(main())
