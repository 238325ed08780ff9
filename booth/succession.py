"""The process that keeps the booth: it has one process serve a visit, and the next one the next.

It knows nothing of any visit. What a process has held of a citizen is gone for good when it has ended, for the kernel
gives no page of memory to another before it is zeroed; see docs/decisions/0025. The next process is started while the
farewell is still on the screen, waits until it has loaded what it needs and until it is its turn, and shows itself
before the other goes, where the screen allows two windows.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any, Final

import msgspec
import structlog

from booth.turn import MAX_PACKET, Begin, FromProcess, Over, Ready, Relieve

OVERLAP_S: Final = 30.0
"""So long a process that has been relieved stays at most when the next one does not get ready."""
END_S: Final = 9.0
"""A process that is told to end lets go of its devices and its line; then it is killed."""
NO_CORE: Final = 1
"""Byte. The kernel also starts no program for a core dump at this limit, as it does at 0 (core(5), core_pattern)."""

log = structlog.get_logger(__name__)


class Member:
    """One process of the succession, and this end of its channel."""

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self.process = process
        self.ready = asyncio.Event()
        self._channel = channel

    @classmethod
    async def start(cls, command: Sequence[str]) -> Member:
        """`command` gets `--turn` and the descriptor of its end of the channel."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *command, "--turn", str(theirs.fileno()), pass_fds=(theirs.fileno(),)
            )
        return cls(process, ours)

    def begin(self, instance: str, *, card_left: bool | None) -> None:
        with contextlib.suppress(OSError):  # dead already, which is noticed when it is listened to
            self._channel.send(msgspec.json.encode(Begin(instance, card_left)))

    async def words(self) -> AsyncIterator[FromProcess]:
        """What it says, until its end of the channel is closed."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while packet := await loop.sock_recv(self._channel, MAX_PACKET):
                yield msgspec.json.decode(packet, type=FromProcess)

    async def end(self) -> None:
        """SIGTERM, then SIGKILL, to this very process; returns when it is gone."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.returncode is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(END_S):
                    await self.process.wait()
        self._channel.close()


class Succession:
    """`command`: starts a process that serves."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._members: list[Member] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        """Keep the booth until SIGTERM or SIGINT, or until its window is closed: status 0. A process that ends before
        it was ready ends the booth with status 1; the service manager starts all anew."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        keeping = asyncio.create_task(self._keep(), name="succession")
        stopping = asyncio.create_task(stopped.wait(), name="succession-stop")
        try:
            await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return 0 if stopped.is_set() else keeping.result()
        finally:
            stopping.cancel()
            keeping.cancel()
            await asyncio.gather(stopping, keeping, return_exceptions=True)
            await asyncio.gather(*(member.end() for member in self._members), *self._tasks, return_exceptions=True)

    async def _keep(self) -> int:
        spare: Member | None = None
        serving = await self._start()
        serving.begin(instance := _instance(), card_left=False)
        while True:
            parting: Relieve | None = None
            async for word in serving.words():
                match word:
                    case Ready():
                        serving.ready.set()
                    case Over():
                        spare = spare or await self._start()
                    case Relieve():
                        parting = word
                        if word.screen_shared:
                            break
            if parting is None or not parting.screen_shared:
                status = await serving.process.wait()
                self._members.remove(serving)
                if parting is None and (status == 0 or not serving.ready.is_set()):
                    return 1 if status else 0
                if parting is None:
                    log.error("booth process died", pid=serving.process.pid, status=status)
                    # The switchboard must not take the next for the one that had a call.
                    instance = _instance()
            following, spare = spare or await self._start(), None
            following.begin(instance, card_left=parting.card_left if parting else None)
            if serving.process.returncode is None:
                self._spawn(self._relieve(serving, following))
            serving = following

    async def _start(self) -> Member:
        member = await Member.start(self._command)
        self._members.append(member)
        log.info("booth process started", pid=member.process.pid)
        return member

    async def _relieve(self, serving: Member, following: Member) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(OVERLAP_S):
                await following.ready.wait()
        await serving.end()
        self._members.remove(serving)
        log.info("booth process relieved", pid=serving.process.pid)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="succession-relief")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _instance() -> str:
    return secrets.token_urlsafe(16)


def keep(command: Sequence[str]) -> int:
    """Keep the booth; returns the exit status."""
    forbid_core_dumps()
    return asyncio.run(Succession(command).run())


def forbid_core_dumps() -> None:
    """For this process and all it starts: a dump would put a citizen's data on the disk."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    if most != 0:
        resource.setrlimit(resource.RLIMIT_CORE, (NO_CORE, NO_CORE))
