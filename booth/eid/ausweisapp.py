"""AusweisApp as a process of the booth: found, started, watched, started again, ended by its process id.

It gets a home of its own below the booth's data, an environment without the booth's, no log file, and a port it
chooses itself and writes into `$TMPDIR/AusweisApp2.PID.port` (or `AusweisApp.PID.port`). It runs as long as the booth
does and no longer: the kernel ends it with the booth, however that ends (PR_SET_PDEATHSIG, prctl(2)). Without a
connection to its SDK it leaves cards alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from booth.eid.errors import AppFailed, AppMissing

PROGRAMS: Final = ("AusweisApp", "AusweisApp2")
"""Its name from version 2 on, and before."""
START_S: Final = 15.0
END_S: Final = 5.0
POLL_S: Final = 0.02
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
SOUND_S: Final = 60.0
"""After running that long it is sound, and the next pause is short again."""
INHERITED: Final = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_DATA_DIRS")

_while_parent_lives: Final = '[ "$PPID" = "$0" ] && exec "$@"'
"""For sh: the signal is set by now; a booth that died before that is not the parent any more."""

log = structlog.get_logger(__name__)


def find(wanted: str | None) -> Path | None:
    """The program, or None where there is none. `wanted`: its path or name, None for whichever is there."""
    names = PROGRAMS if wanted is None else (wanted,)
    found = (shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin") for name in names)
    return next((Path(path) for path in found if path), None)


def pause_after(failures: int) -> float:
    """Seconds until it is started again after so many failures in a row."""
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(max(0, failures - 1), 16)))


def bound_to_parent(command: Sequence[str | Path]) -> list[str | Path]:
    """The command so that it is killed when this process ends; its process id stays that of the child started. Where
    util-linux's setpriv is not installed, the command as it is."""
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin")
    if setpriv is None:
        log.warning("ausweisapp may outlive a crash: setpriv (util-linux) is not installed")
        return [*command]
    return [setpriv, "--pdeathsig", "KILL", "--", "/bin/sh", "-c", _while_parent_lives, str(os.getpid()), *command]


class AusweisApp:
    """`folder`: its home, made here. `developer_mode`: take test cards and servers, for the demo and tests alone."""

    def __init__(
        self,
        program: Path | None,
        folder: Path,
        *,
        developer_mode: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.program = program
        self.developer_mode = developer_mode
        self._folder = folder
        self._clock = clock
        self._port: int | None = None
        self._closing = asyncio.Event()
        self._up = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """While it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def run(self) -> None:
        """Keep it running until cancelled or closed; without a program there is nothing to do."""
        if self.program is None:
            log.info("ausweisapp not installed")
            return
        failures = 0
        try:
            while not self._closing.is_set():
                began = self._clock()
                try:
                    await self._run_once(self.program)
                except (AppFailed, OSError) as error:
                    log.error("ausweisapp failed", error=type(error).__name__)
                failures = 1 if self._clock() - began >= SOUND_S else failures + 1
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause_after(failures)):
                        await self._closing.wait()
        finally:
            await self._end()

    async def close(self) -> None:
        """End it for good, with all that it has in its memory: it got the PIN."""
        self._closing.set()
        await self._end()

    async def port(self, patience_s: float = START_S) -> int:
        """Where its SDK listens, as soon as it does. Raises AppMissing or AppFailed."""
        if self.program is None:
            raise AppMissing("AusweisApp is not installed. On Debian: apt-get install ausweisapp2")
        try:
            async with asyncio.timeout(patience_s):
                while self._port is None:
                    await self._up.wait()
        except TimeoutError:
            raise AppFailed("AusweisApp does not start; the booth tries again and again.") from None
        return self._port

    async def _run_once(self, program: Path) -> None:
        """Start it, wait for its end. Raises AppFailed when it does not come up."""
        self._prepare()
        self._end_left_over()
        command = (program, "--ui", "websocket", "--port", "0", "--no-logfile", "--no-loghandler")
        self._process = process = await asyncio.create_subprocess_exec(
            *bound_to_parent(command),
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            if self._closing.is_set():
                return
            self._pid_file.write_text(f"{process.pid} {_started(process.pid)}\n")
            self._port = await self._listening(process)
            self._up.set()
            log.info("ausweisapp runs", pid=process.pid)
            status = await process.wait()
            if not self._closing.is_set():
                log.warning("ausweisapp has ended", status=status)
        finally:
            self._up.clear()
            self._port = None
            await self._end()

    async def _listening(self, process: asyncio.subprocess.Process) -> int:
        files = [self._folder / "tmp" / f"{name}.{process.pid}.port" for name in PROGRAMS]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                while process.returncode is None:
                    for file in files:
                        if (port := _port_in(file)) is not None:
                            return port
                    await asyncio.sleep(POLL_S)
        raise AppFailed("AusweisApp did not come up.")

    async def _end(self) -> None:
        """SIGTERM, then SIGKILL, to this very process."""
        process = self._process
        if process is None or process.returncode is not None:
            self._process = None
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(END_S):
                    await process.wait()
                break
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    def _prepare(self) -> None:
        for folder in (self._folder, self._folder / "tmp", self._folder / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for stale in (self._folder / "tmp").glob("AusweisApp*.port"):
            stale.unlink(missing_ok=True)
        settings = self._folder / ".config" / "Unknown Organization"
        settings.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A test server's terminal certificate chains to no country's root.
        preverification = "[preverification]\nenabled=false\n" if self.developer_mode else ""
        for name in PROGRAMS:
            # Who asked for what, and when, is the visit's affair and ends with it.
            (settings / f"{name}.conf").write_text(f"[history]\nenable=false\n{preverification}")

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        places = {"HOME": self._folder, "TMPDIR": self._folder / "tmp", "XDG_RUNTIME_DIR": self._folder / "run"}
        run = {name: str(folder) for name, folder in places.items()}
        return kept | run | {"QT_QPA_PLATFORM": "offscreen"}

    @property
    def _pid_file(self) -> Path:
        return self._folder / "pid"

    def _end_left_over(self) -> None:
        """One that a booth which was killed has left behind, if it is still the same process."""
        try:
            pid, started = self._pid_file.read_text().split()
            if _started(int(pid)) == started:
                os.kill(int(pid), signal.SIGKILL)
                log.warning("ausweisapp left over", pid=int(pid))
        except (OSError, ValueError):
            pass
        self._pid_file.unlink(missing_ok=True)


def _port_in(file: Path) -> int | None:
    try:
        port = int(file.read_text())
    except (OSError, ValueError):
        return None
    return port if 0 < port < 65536 else None


def _started(pid: int) -> str:
    """When a process was started, in ticks since the machine was (proc(5), field 22): with its number, that names it
    for good. Raises OSError when there is none."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
