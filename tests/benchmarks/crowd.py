"""A process full of peers (`tests.benchmarks.peers`), told what to do: a JSON object a line in, one a line out.

{"do": "connect", "booths": [0, 10000], "clerks": [0, 500]}  → {"seconds": …} once all are welcome
{"do": "call", "booths": [0, 300], "clerks": [0, 300]}       → {} once they are in call, each booth with a clerk
{"do": "join", "booths": [300, 3300]}                        → {} once all have a ticket
{"do": "open", "clerks": [0, 500]}                           → {} once all are available
{"do": "relay", "seconds": 10}      → {"messages": …, "seconds": …} that ends in call have passed to each other
{"do": "echo", "connections": 1000, "seconds": 10}           → the same of a server that answers what it is sent
{"do": "hold", "connections": 10000}                         → {} once so many lines stand, without a word
{"do": "visits", "rate": 50, "seconds": 60, "booths": [0, 10000]} → what became of them
{"do": "snapshot"}                                           → what all peers were last told
{"do": "return", "since": …}        → {"seconds": …} from that moment until all are back after their lines were lost
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from signaling.protocol import messages as m
from tests.benchmarks.peers import CANDIDATE, TALK_S, Booth, Clerk, Crowd, said, snapshot
from tests.benchmarks.thin import ThinLine

SETTLE_S = 1.0
LAST_VISIT_S = TALK_S[1] + 10
Answer = dict[str, Any]


def raise_file_limit() -> None:
    """As many sockets as the machine allows this program."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def connect(crowd: Crowd, booths: list[int], clerks: list[int]) -> Answer:
    begun = time.monotonic()
    for n in range(*booths):
        crowd.booths[n] = Booth(crowd, n)
        crowd.booths[n].start()
    for n in range(*clerks):
        crowd.clerks[n] = Clerk(crowd, n)
        crowd.clerks[n].start()
    await crowd.until(lambda: crowd.online == len(crowd.booths) + len(crowd.clerks))
    return {"seconds": crowd.online_at - begun}


async def open_counters(crowd: Crowd, clerks: list[int]) -> Answer:
    for n in range(*clerks):
        crowd.clerks[n].available()
    opened = [crowd.clerks[n] for n in range(*clerks)]
    await crowd.until(lambda: all(clerk.in_state is m.ClerkState.AVAILABLE for clerk in opened))
    return {}


async def call(crowd: Crowd, booths: list[int], clerks: list[int]) -> Answer:
    """Booth n and clerk n serve the same regions, so all find somebody."""
    await open_counters(crowd, clerks)
    for n in range(*booths):
        crowd.booths[n].join()
    callers = [crowd.booths[n] for n in range(*booths)]
    await crowd.until(
        lambda: all(one.ticket is not None and one.ticket.state is m.TicketState.IN_CALL for one in callers)
    )
    return {}


async def join(crowd: Crowd, booths: list[int]) -> Answer:
    for n in range(*booths):
        crowd.booths[n].join()
        if n % 50 == 0:
            await asyncio.sleep(0.01)
    await crowd.until(lambda: all(crowd.booths[n].ticket is not None for n in range(*booths)))
    return {}


async def relay(crowd: Crowd, seconds: float) -> Answer:
    """Each end says a candidate whenever it has heard one: as many are on their way as there are calls."""
    crowd.relaying, crowd.relayed = True, 0
    for clerk in crowd.clerks.values():
        clerk.pass_on()
    return await _count(crowd, seconds)


async def _count(crowd: Crowd, seconds: float) -> Answer:
    await asyncio.sleep(SETTLE_S)
    began, before = time.monotonic(), crowd.relayed
    await asyncio.sleep(seconds)
    messages, took = crowd.relayed - before, time.monotonic() - began
    crowd.relaying = False
    await asyncio.sleep(SETTLE_S)
    return {"messages": messages, "seconds": took, "all_messages": crowd.relayed}


class _Parrot:
    """Sends again whatever comes back."""

    __slots__ = ("crowd", "is_open", "line")

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.line = ThinLine(self)
        self.is_open = asyncio.Event()

    def opened(self) -> None:
        self.is_open.set()

    def heard(self, _payload: bytes) -> None:
        self.crowd.relayed += 1
        if self.crowd.relaying:
            self.line.transport.write(CANDIDATE_FRAME)

    def closed(self) -> None:
        pass


CANDIDATE_FRAME = said(m.Candidate(ticket="AB123", generation=1, candidate=CANDIDATE))
PARROTS: list[_Parrot] = []


async def hold(crowd: Crowd, connections: int) -> Answer:
    async def one() -> None:
        async with crowd.door:
            parrot = _Parrot(crowd)
            PARROTS.append(parrot)
            await asyncio.get_running_loop().create_connection(lambda: parrot.line, crowd.host, crowd.ports[0])
            await parrot.is_open.wait()

    await asyncio.gather(*(one() for _ in range(connections)))
    return {}


async def echo(crowd: Crowd, seconds: float) -> Answer:
    """As in the relay, where one of each two ends has a message under way."""
    crowd.relaying, crowd.relayed = True, 0
    for parrot in PARROTS[::2]:
        parrot.line.transport.write(CANDIDATE_FRAME)
    return await _count(crowd, seconds)


async def visits(crowd: Crowd, rate: float, seconds: float, booths: list[int]) -> Answer:
    """Booths join at random moments (Poisson); those that have no ticket take turns."""
    crowd.visiting = True
    begun, used = time.monotonic(), time.process_time()
    due, next_booth, joined = begun, booths[0], 0
    latest = 0.0
    while due < begun + seconds:
        due += crowd.chance.expovariate(rate)
        if (pause := due - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        latest = max(latest, time.monotonic() - due)
        while crowd.booths[next_booth].ticket is not None:
            next_booth = next_booth + 1 if next_booth + 1 < booths[1] else booths[0]
        crowd.booths[next_booth].join()
        next_booth = next_booth + 1 if next_booth + 1 < booths[1] else booths[0]
        joined += 1
    busy = (time.process_time() - used) / (time.monotonic() - begun)
    try:
        async with asyncio.timeout(LAST_VISIT_S):
            await crowd.until(lambda: crowd.completed >= joined)
    except TimeoutError:
        pass  # What has not been completed is told.
    crowd.visiting = False  # Calls that begin now last.
    return {
        "joined": joined,
        "completed": crowd.completed,
        "offered_after": crowd.offered_after,
        "offered_at": crowd.offered_at,
        "joined_at": crowd.joined_at,
        "busy": busy,
        "latest": latest,
        "lost": crowd.lost,
        "errors": crowd.errors,
    }


async def come_back(crowd: Crowd, since: float) -> Answer:
    everybody = len(crowd.booths) + len(crowd.clerks)
    await crowd.until(lambda: crowd.lost >= everybody)
    await crowd.until(lambda: crowd.online == everybody)
    return {"seconds": crowd.online_at - since, "errors": crowd.errors}


async def show(crowd: Crowd) -> Answer:
    return snapshot(crowd)


COMMANDS: dict[str, Callable[..., Awaitable[Answer]]] = {
    "connect": connect,
    "open": open_counters,
    "call": call,
    "join": join,
    "relay": relay,
    "echo": echo,
    "hold": hold,
    "visits": visits,
    "return": come_back,
    "snapshot": show,
}


async def _read(orders: asyncio.Queue[dict[str, Any]]) -> None:
    """Orders until standard input ends, which ends the program whatever it is doing: whoever ordered is gone."""
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        orders.put_nowait(json.loads(line))
    # Ten thousand farewells are left to the kernel.
    os._exit(0)


async def obey(crowd: Crowd) -> None:
    """Until standard input ends."""
    orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(crowd.ping(), name="crowd-ping")
        tasks.create_task(_read(orders), name="crowd-orders")
        while True:
            order = await orders.get()
            answer = await COMMANDS[order.pop("do")](crowd, **order)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="crowd", description=__doc__)
    parser.add_argument("--port", type=int, required=True, nargs="+", help="of each node")
    parser.add_argument("--issuer", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    raise_file_limit()
    # Peers live as long as the process; looking through all of them again and again would be measured, too.
    gc.disable()
    asyncio.run(obey(Crowd("127.0.0.1", options.port, options.issuer, random.Random(options.seed))))


if __name__ == "__main__":
    main()
