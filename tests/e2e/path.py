"""A booth behind a cable of its own, which the test can cut and join: a network namespace and a pair of interfaces.

Only what goes over this cable is touched; calls of other tests on the same machine never notice. It needs root,
`ip` and `nft`, and a kernel that lets them work.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000


def run(*command: str, given: str | None = None) -> None:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")


def enter(namespace: int) -> None:
    """Let this thread, and what it starts, live in the network namespace of the open file."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class Cable:
    """`near` is the address of the clerk's end, `far` that of the booth's."""

    def __init__(self) -> None:
        mark = secrets.token_hex(3)
        net = f"10.{80 + secrets.randbelow(100)}.{secrets.randbelow(256)}"
        self.near, self.far, self.other = f"{net}.1", f"{net}.2", f"{net}.3"
        self.name = f"fernamt-{mark}"
        self.near_end, self.far_end = f"fn{mark}", f"ff{mark}"

    def lay(self) -> None:
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.near_end, "type", "veth", "peer", "name", self.far_end, "netns", self.name)
        run("ip", "address", "add", f"{self.near}/24", "dev", self.near_end)
        run("ip", "link", "set", self.near_end, "up")
        self._in_booth("ip", "address", "add", f"{self.far}/24", "dev", self.far_end)
        for interface in (self.far_end, "lo"):
            self._in_booth("ip", "link", "set", interface, "up")

    def remove(self) -> None:
        with contextlib.suppress(OSError):
            self.join()
        for command in (("ip", "link", "del", self.near_end), ("ip", "netns", "del", self.name)):
            with contextlib.suppress(OSError):
                run(*command)

    def cut(self) -> None:
        """Nothing of a call gets through any more, in either direction, and nobody is told. TCP still does."""
        run("nft", "-f", "-", given=self._rules(self.near_end))
        self._in_booth("nft", "-f", "-", given=self._rules(self.far_end))

    def join(self) -> None:
        run("nft", "delete", "table", "netdev", self.name)
        self._in_booth("nft", "delete", "table", "netdev", self.name)

    def move(self) -> None:
        """The booth gets another address; the one it had is gone."""
        self._in_booth("ip", "address", "del", f"{self.far}/24", "dev", self.far_end)
        self._in_booth("ip", "address", "add", f"{self.other}/24", "dev", self.far_end)

    @contextlib.contextmanager
    def at_the_booth(self) -> Iterator[None]:
        """What is opened or started here, is opened or started in the booth."""
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        try:
            enter(there)
            yield
        finally:
            enter(here)
            os.close(here)
            os.close(there)

    @contextlib.asynccontextmanager
    async def forward(self, port: int, *, from_booth: str) -> AsyncIterator[int]:
        """Let the booth reach a program of this machine's loopback at `from_booth`: its own loopback or `near`.
        Gives the port it has there."""
        if from_booth == self.near:
            listener = socket.create_server((self.near, 0))
        else:
            with self.at_the_booth():
                listener = socket.create_server((from_booth, port))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                there = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))
            except OSError:
                writer.close()

        async with await asyncio.start_server(serve, sock=listener):
            yield listener.getsockname()[1]

    def _rules(self, interface: str) -> str:
        hook = f"type filter hook ingress device {interface} priority 0;"
        return f"table netdev {self.name} {{ chain cut {{ {hook} meta l4proto udp drop; }}; }}"

    def _in_booth(self, *command: str, given: str | None = None) -> None:
        run("ip", "netns", "exec", self.name, *command, given=given)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.contextmanager
def cable() -> Iterator[Cable]:
    """A cable that is laid; skips the test, with the reason, where the machine does not let us."""
    missing = [program for program in ("ip", "nft") if shutil.which(program) is None]
    if missing or os.geteuid() != 0 or not Path("/proc/thread-self/ns/net").exists():
        pytest.skip(f"A cable needs root, ip and nft; missing: {', '.join(missing) or 'root'}.")
    laid = Cable()
    try:
        try:
            laid.lay()
            laid.cut()
            laid.join()
        except OSError as error:
            pytest.skip(f"This machine lets nobody lay a cable: {error}")
        yield laid
    finally:
        laid.remove()
