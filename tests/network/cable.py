"""A cable between this machine and a network of its own, which can be cut, joined, moved and made as bad as any real
path: lossy, narrow, slow, uneven, in each direction by itself.

Only what goes over this cable is touched; calls of other tests on the same machine never notice. It needs root, `ip`,
`nft` and `tc`, and a kernel that lets them work. Loss is made by nftables where packets arrive, a narrow path by a
token bucket where they leave, delay and jitter by a program in between (`slow_path.py`), as `tc netem` is not in every
kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pytest

from tests.network.detour import Detour
from tests.network.namespace import Namespace, run

Way = Literal["both", "up", "down"]
"""`up`: from the far end (the booth's, the namespace) to the near one (this machine's); `down`: the other way."""

QUEUE_SECONDS: Final = 0.3
"""How long a packet may wait before a narrow path; what would wait longer is lost."""
WIDE: Final = 1_000_000_000
"""Bits a second of a path that is not narrow any more."""
_LEAST_BURST: Final = 3_100
"""Two packets, in bytes; less, and nothing gets through."""


@dataclass(frozen=True)
class Impairment:
    """`loss`: share of UDP packets, 0 to 1; `rate`: bits a second, None for no limit; `delay` and `jitter`: seconds,
    one way, see `slow_path.Timetable`."""

    loss: float = 0.0
    rate: int | None = None
    delay: float = 0.0
    jitter: float = 0.0


class End(NamedTuple):
    """How to run a program there, and the interfaces by which the other end is reached."""

    run: Callable[..., str]
    interfaces: tuple[str, ...]


def _let_pass(end: Callable[..., str], table: str) -> None:
    with contextlib.suppress(OSError):
        end("nft", "delete", "table", "inet", table)


class Cable:
    """`near` is the address of this machine's end (the clerk's), `far` that of the end in `namespace` (the booth's),
    `other` the one the far end has after a move."""

    def __init__(self) -> None:
        mark = secrets.token_hex(3)
        net = f"10.{80 + secrets.randbelow(100)}.{secrets.randbelow(256)}"
        self.near, self.far, self.other = f"{net}.1", f"{net}.2", f"{net}.3"
        self.namespace = Namespace(f"fernamt-{mark}")
        self._near_end, self._far_end = f"fn{mark}", f"ff{mark}"
        self._detour = Detour(self.namespace, mark)
        self._up = self._down = Impairment()
        self._narrowed: set[str] = set()

    def lay(self) -> None:
        name, far = self.namespace.name, self.namespace.run
        self.namespace.make()
        run("ip", "link", "add", self._near_end, "type", "veth", "peer", "name", self._far_end, "netns", name)
        for end, interface, address in ((run, self._near_end, self.near), (far, self._far_end, self.far)):
            end("ip", "address", "add", f"{address}/24", "dev", interface)
            end("ip", "link", "set", interface, "up")

    def remove(self) -> None:
        self._detour.close()
        for kind in ("cut", "loss"):
            _let_pass(run, f"{self.namespace.name}-{kind}")
        for command in (("ip", "link", "del", self._near_end), ("ip", "netns", "del", self.namespace.name)):
            with contextlib.suppress(OSError):
                run(*command)

    def cut(self) -> None:
        """Nothing of a call gets through any more, in either direction, and nobody is told. TCP still does."""
        self._drop("cut", "meta l4proto udp drop", self._near)
        self._drop("cut", "meta l4proto udp drop", self._far)

    def join(self) -> None:
        for end in (run, self.namespace.run):
            _let_pass(end, f"{self.namespace.name}-cut")

    def move(self) -> None:
        """The far end gets another address; the one it had is gone."""
        for change, address in (("del", self.far), ("add", self.other)):
            self.namespace.run("ip", "address", change, f"{address}/24", "dev", self._far_end)
        self._detour.lead(self.near, self.far, self.other)

    def impair(
        self,
        *,
        loss: float = 0.0,
        rate: int | None = None,
        delay: float = 0.0,
        jitter: float = 0.0,
        way: Way = "both",
    ) -> None:
        """From now on the path is like this, as `Impairment` says; without arguments it is good again. Replaces what
        was said of the same way before. A running call goes on over it."""
        wanted = Impairment(loss, rate, delay, jitter)
        if way in ("both", "up"):
            self._up = wanted
        if way in ("both", "down"):
            self._down = wanted
        if delay or jitter:
            self._detour.open()
            self._detour.lead(self.near, self.far, self.other)
        self._detour.slow(up=(self._up.delay, self._up.jitter), down=(self._down.delay, self._down.jitter))
        self._lose(self._near, self._up.loss)
        self._lose(self._far, self._down.loss)
        self._narrow(self._far, self._up.rate)
        self._narrow(self._near, self._down.rate)

    @property
    def _near(self) -> End:
        return End(run, (self._near_end, *self._detour.near_end))

    @property
    def _far(self) -> End:
        return End(self.namespace.run, (self._far_end, *self._detour.far_end))

    def _lose(self, end: End, share: float) -> None:
        if share:
            kept = 10_000 - round(share * 10_000)
            self._drop("loss", f"meta l4proto udp numgen random mod 10000 >= {kept} drop", end)
        else:
            _let_pass(end.run, f"{self.namespace.name}-loss")

    def _drop(self, kind: str, rule: str, end: End) -> None:
        """Of what arrives at this end."""
        table = f"table inet {self.namespace.name}-{kind}"
        names = ", ".join(f'"{interface}"' for interface in end.interfaces)
        hook = "type filter hook prerouting priority raw;"
        # Made anew in one transaction, so that nothing slips through in between.
        chain = f"chain arriving {{ {hook} iifname {{ {names} }} {rule}; }};"
        end.run("nft", "-f", "-", given=f"{table} {{}}\ndelete {table}\n{table} {{ {chain} }}")

    def _narrow(self, end: End, rate: int | None) -> None:
        """What leaves from this end. Once narrow it stays a token bucket, if a wide one, so that no queue is lost."""
        for interface in end.interfaces:
            if rate is None and interface not in self._narrowed:
                continue
            self._narrowed.add(interface)
            bits = rate or WIDE
            burst = max(_LEAST_BURST, bits // 800)
            limits = ("rate", f"{bits}bit", "burst", str(burst), "latency", f"{QUEUE_SECONDS * 1000:.0f}ms")
            end.run("tc", "qdisc", "replace", "dev", interface, "root", "tbf", *limits)

    def at_the_booth(self) -> AbstractContextManager[None]:
        """What is opened or started here, is opened or started in the booth."""
        return self.namespace.entered()

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


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.contextmanager
def cable() -> Iterator[Cable]:
    """A cable that is laid; skips the test, with the reason, where the machine does not let us."""
    missing = [program for program in ("ip", "nft", "tc") if shutil.which(program) is None]
    if missing or os.geteuid() != 0 or not Path("/proc/thread-self/ns/net").exists():
        pytest.skip(f"A cable needs root, ip, nft and tc; missing: {', '.join(missing) or 'root'}.")
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
