"""An office whose booth is behind a firewall that lets nothing out but TCP to port 443: the switchboard's line and a
relay over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles
from scripts.stack import STAFF, Robot, Stack, running
from scripts.visit import Visit
from tests.connectivity.coturn import SECRET, Certificates, Coturn, coturn
from tests.network.cable import Cable, pump
from tests.network.namespace import run

PORT = 443
WALL = """table inet wall {
    chain out { type filter hook output priority 0; policy drop; oifname "lo" accept; tcp dport 443 accept; }
    chain in { type filter hook input priority 0; policy drop; iifname "lo" accept; tcp sport 443 accept; }
}"""


@contextlib.contextmanager
def wall(laid: Cable) -> Iterator[str]:
    """Only TCP to port 443 leaves the booth's end of the cable. Gives a second address of this end, for the
    switchboard: the relay has port 443 of the first one."""
    laid.namespace.run("nft", "-f", "-", given=WALL)
    second = laid.near.rsplit(".", 1)[0] + ".4"
    run("ip", "address", "add", f"{second}/32", "dev", "lo")
    try:
        yield second
    finally:
        run("ip", "address", "del", f"{second}/32", "dev", "lo")


@contextlib.asynccontextmanager
async def door(address: str, port: int, certificates: Certificates) -> AsyncIterator[None]:
    """Port 443 of `address` leads to a program on this machine's loopback, over TLS as a proxy would have it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))
        except OSError:
            writer.close()

    async with await asyncio.start_server(serve, address, PORT, ssl=context):
        yield


@dataclass
class Office:
    visit: Visit
    robot: Robot
    clerk: Clerk
    relay: Coturn
    stack: Stack


def name_servers(stack: Stack, folder: Path, *urls: str) -> None:
    """Let the switchboard tell of these servers."""
    secret = folder / "turn.secret"
    secret.touch(0o600)
    secret.write_text(SECRET)
    listed = ", ".join(f'"{url}"' for url in urls)
    with (stack.data / "directory.toml").open("a") as directory:
        directory.write(f'\n[[ice_servers]]\nurls = [{listed}]\nsecret_file = "{secret}"\n')


def udp_gets_out(laid: Cable) -> bool:
    with laid.at_the_booth(), socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.sendto(b"?", (laid.near, 9))
        except PermissionError:
            return False
    return True


@contextlib.asynccontextmanager
async def walled_office(laid: Cable, folder: Path, files: MediaFiles) -> AsyncIterator[Office]:
    """Everything started; the citizen stands before the booth."""
    stack = Stack(folder / "office")
    async with contextlib.AsyncExitStack() as everything:
        enter = everything.enter_async_context
        second = everything.enter_context(wall(laid))
        relay = await enter(coturn(folder, address=laid.near, tls_port=PORT, names=[second]))
        await enter(running(stack))
        name_servers(stack, folder, relay.stun, relay.udp, relay.tcp, relay.tls)
        await asyncio.gather(stack.start_switchboard(), stack.start_console())
        await enter(laid.forward(stack.console_port, from_booth="127.0.0.1"))
        await enter(door(second, stack.switchboard_port, relay.certificates))
        stack.switchboard_url = f"wss://{second}:{PORT}/ws"
        with laid.at_the_booth():
            booth = await stack.start_booth(
                camera=str(files.citizen),
                microphone=str(files.citizen_sound),
                ca=relay.certificates.ca,
                QT_QPA_PLATFORM="offscreen",
                QT_QUICK_BACKEND="software",
            )
        browser = await enter(chromium(files.clerk, files.clerk_sound))
        clerk = await Clerk.open(browser, stack.console_url)
        await clerk.sign_in(STAFF, stack.password)
        robot = Robot(booth)
        await clerk.set_available()
        yield Office(Visit(robot, clerk, "", folder, print), robot, clerk, relay, stack)
