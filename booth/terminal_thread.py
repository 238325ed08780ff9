"""The second thread: one asyncio loop for the switchboard's line, the call and the card. Qt keeps the first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

import structlog

from booth.terminal import Terminal

STOP_S: Final = 8.0
T = TypeVar("T")

log = structlog.get_logger(__name__)


class TerminalThread:
    """`build` is called on the new loop and gives the terminal; `failed` is called there if it dies."""

    def __init__(self, build: Callable[[], Terminal], failed: Callable[[], None]) -> None:
        self._build = build
        self._failed = failed
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._terminal: Terminal | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)

    def start(self) -> Terminal:
        """Returns when the terminal is there. Raises what `build` raised."""
        self._thread.start()
        self._ready.wait()
        if self._terminal is None:
            raise self._error or RuntimeError("The terminal has not started.")
        return self._terminal

    def post(self, wish: Callable[..., object], *arguments: Any) -> None:
        """Run `wish` on the terminal's thread; nothing once it has ended."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(wish, *arguments)

    def ask(self, question: Callable[[], T], timeout_s: float = 2.0) -> T:
        """Run `question` on the terminal's thread and return its answer. Raises TimeoutError."""

        async def answer() -> T:
            return question()

        assert self._loop is not None  # noqa: S101 (set before `start` returns)
        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(timeout_s)

    def stop(self) -> None:
        """End the terminal, which wipes, and wait for it."""
        if self._task is not None:
            self.post(self._task.cancel)
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            log.error("terminal does not end")

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception as error:
            self._error = error
            log.exception("terminal died", error=type(error).__name__)
            if self._ready.is_set():
                self._failed()
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._terminal = self._build()
        self._ready.set()
        try:
            await self._terminal.run()
        except asyncio.CancelledError:
            log.info("terminal ended")
