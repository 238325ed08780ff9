"""What every device needs: a worker that opens and uses it, and a watch that notices when it stands still.

A driver may hang for as long as it likes, in opening as in reading, so the worker never decides whether the device
is well. The watch does, from the moments at which the worker says that something has come or gone out. While nothing
does, the watch does the worker's part with a stand-in: a still picture, silence, sound that nobody hears.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from media.consultation import DeviceState
from media.devices.faults import DeviceError, DeviceLent
from media.devices.pace import Pace

IDLE: Final = frozenset({DeviceState.MISSING, DeviceState.BUSY, DeviceState.FROZEN})
"""States in which nothing comes; in the others the device works, though perhaps to no purpose."""

_CLOSE_SECONDS: Final = 2.0
_CHECK_SECONDS: Final = 0.1
_HAND_OVER_SECONDS: Final = 1.0
_MAX_HUNG: Final = 3

log = structlog.get_logger(__name__)

OnState = Callable[[DeviceState], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: without a sign of life before a device counts as frozen, the same while it opens, before it is tried
    again, and before a frozen one is opened anew beside the thread that hangs in it."""

    stall: float = 0.8
    opening: float = 3.0
    retry: float = 1.0
    renew: float = 3.0


class Work(Protocol):
    """Opens the device, uses it until `turn.over`, closes it. Raises DeviceError."""

    def __call__(self, turn: Turn) -> None: ...


class Turn:
    """One worker's time with the device. A worker that comes back from a hanging driver when its turn is over must
    let go of the device and do nothing else."""

    def __init__(self, upkeep: Upkeep) -> None:
        self._upkeep = upkeep
        self._ended = threading.Event()
        self.works = False

    @property
    def over(self) -> bool:
        return self._ended.is_set()

    def alive(self, state: DeviceState = DeviceState.OK) -> None:
        """Something has come, or has gone out; `state` says whether it is worth anything."""
        if not self.over:
            self.works = True
            self._upkeep.alive(state)

    def end(self) -> None:
        self._ended.set()

    def wait(self, seconds: float) -> None:
        self._ended.wait(seconds)


class Upkeep:
    """Keeps one device going. `kind` and `spec` name it in logs; `stand_in` is called on the watch's thread every
    `pace` seconds while nothing comes; `present` says whether the device is there at all, as far as that can be told
    without touching it; `on_state` is called on one of the two threads at each change."""

    def __init__(
        self,
        kind: str,
        spec: str,
        work: Work,
        stand_in: Callable[[], None],
        pace: float,
        present: Callable[[], bool] = lambda: True,
        on_state: OnState | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.state = DeviceState.OK
        self._kind = kind
        self._spec = spec
        self._work = work
        self._stand_in = stand_in
        self._pace = pace
        self._present = present
        self._on_state = on_state
        self._patience = patience or Patience()
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._last = self._turn_began = time.monotonic()
        self._turn = Turn(self)
        self._workers: list[threading.Thread] = []
        self._watcher = threading.Thread(target=self._watch, name=f"{kind}-watch", daemon=True)

    def start(self) -> None:
        self._start_worker()
        self._watcher.start()

    def close(self) -> None:
        """Stop and let go of the device; gives up waiting after two seconds if the driver hangs."""
        self._stopping.set()
        self._changed.set()
        self._watcher.join(_CLOSE_SECONDS)
        self._turn.end()
        give_up = time.monotonic() + _CLOSE_SECONDS
        for worker in self._workers:
            worker.join(max(0.0, give_up - time.monotonic()))
            if worker.is_alive():
                log.warning("device thread hangs", kind=self._kind, device=self._spec)

    def alive(self, state: DeviceState) -> None:
        self._last = time.monotonic()
        if state is not self.state:
            self._settle(state)

    def _start_worker(self) -> None:
        self._turn = turn = Turn(self)
        self._turn_began = time.monotonic()
        self._workers = [worker for worker in self._workers if worker.is_alive()]
        before = self._workers[-1] if self._workers else None
        # A daemon: a driver that hangs for good must not keep the process from ending.
        worker = threading.Thread(target=self._serve, args=(turn, before), name=self._kind, daemon=True)
        self._workers.append(worker)
        worker.start()

    def _serve(self, turn: Turn, before: threading.Thread | None) -> None:
        if before is not None:
            before.join(_HAND_OVER_SECONDS)
        while not turn.over:
            turn.works = False
            try:
                self._work(turn)
            except DeviceLent:
                continue
            except DeviceError as error:
                if not turn.over:
                    self._settle(error.state, str(error))
            except Exception as error:
                # The driver's own kind of failure; the device may be better next time.
                log.exception("device failed", kind=self._kind, device=self._spec)
                if not turn.over:
                    self._settle(DeviceState.BUSY, repr(error))
            turn.wait(self._patience.retry)

    def _watch(self) -> None:
        pace = Pace(self._pace, sleep=self._stopping.wait)
        while not self._stopping.is_set():
            quiet = time.monotonic() - self._last
            if quiet > self._patience.stall:
                self._judge(quiet)
            if quiet > self._patience.stall or self.state in IDLE:
                self._stand_in()
                pace.wait()
            else:
                self._changed.wait(_CHECK_SECONDS)
                self._changed.clear()

    def _judge(self, quiet: float) -> None:
        """The device has given no sign of life for `quiet` seconds."""
        opens = not self._turn.works
        if self.state not in IDLE and (not opens or quiet > self._patience.opening):
            self._settle(DeviceState.FROZEN if self._present() else DeviceState.MISSING)
        elif self.state is DeviceState.FROZEN and not self._present():
            self._settle(DeviceState.MISSING)
        # One that hangs in opening will come back by itself as soon as the device does.
        if not opens and quiet > self._patience.renew and len(self._workers) <= _MAX_HUNG:
            self._turn.end()
            self._start_worker()

    def _settle(self, state: DeviceState, reason: str = "") -> None:
        with self._guard:
            before, self.state = self.state, state
        if before is state:
            return
        if state is DeviceState.OK:
            log.info("device works", kind=self._kind, device=self._spec)
        else:
            log.warning("device trouble", kind=self._kind, device=self._spec, state=state.value, reason=reason)
        if state in IDLE:
            self._changed.set()
        if self._on_state:
            self._on_state(state)
