"""pcscd for tests and the demo: use the one that runs, or start one and end it again.

There can be one pcscd and one vpcd on a machine, so whoever wants them waits at a lock for the others.

    PcscdUnavailable
      pcscd or vpcd is not installed, may not be started, or did not come up; the text says what to do
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from booth.idcard import pcsc

LOCK_FILE: Final = "fernamt-vpcd.lock"
READER_NAME: Final = "Virtual PCD 00 00"
READER_CONFIGURATION: Final = Path("/etc/reader.conf.d/vpcd")
START_TIMEOUT_S: Final = 10.0
LOCK_TIMEOUT_S: Final = 300.0
POLL_S: Final = 0.02
INSTALL: Final = "apt-get install -y --no-install-recommends pcscd vsmartcard-vpcd"


class PcscdUnavailable(Exception):
    """The virtual reader cannot be had on this machine, and why."""


def virtual_readers() -> list[str]:
    """The names of vpcd's slots that pcscd offers; empty where it is not running."""
    try:
        with pcsc.Context() as context:
            return [name for name in context.readers() if name.startswith("Virtual PCD")]
    except pcsc.ServiceDown:
        return []


class PcscDaemon:
    """The pcscd in use; `own` where it was started here and will be ended here."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._process = process

    @property
    def own(self) -> bool:
        return self._process is not None

    def stop(self) -> None:
        """End it, if it is ours, and wait for its end."""
        process, self._process = self._process, None
        if process:
            _end(process)

    def start(self) -> None:
        """Start it again after `stop`. Raises PcscdUnavailable."""
        self._process = _start()


@contextmanager
def running_pcscd(lock_timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[PcscDaemon]:
    """Within it, pcscd answers and offers vpcd's two slots, and nobody else on the machine uses them. It does not
    nest. Raises PcscdUnavailable."""
    with _machine_lock(lock_timeout_s):
        daemon = PcscDaemon(None if virtual_readers() else _start())
        try:
            yield daemon
        finally:
            daemon.stop()


def _start() -> subprocess.Popen[bytes]:
    """A pcscd in its own process group that already offers the virtual reader."""
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None or not READER_CONFIGURATION.exists():
        raise PcscdUnavailable(f"pcscd with the vpcd driver is not installed. As root: {INSTALL}")
    if _somebody_listens():
        raise PcscdUnavailable("A pcscd runs already but offers no virtual reader; restart it so that it finds vpcd.")
    if os.geteuid() != 0:
        raise PcscdUnavailable("Only root can start pcscd here. Run this as root, or first: sudo pcscd")
    process = subprocess.Popen(
        [program, "--foreground", "--critical"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await_reader(process)
    except BaseException:
        _end(process)
        raise
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _somebody_listens() -> bool:
    try:
        with pcsc.Context():
            return True
    except pcsc.ServiceDown:
        return False


def _await_reader(process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while not virtual_readers():
        if process.poll() is not None:
            raise PcscdUnavailable(f"pcscd ended at once with status {process.returncode}.")
        if time.monotonic() > end:
            raise PcscdUnavailable("pcscd offers no virtual reader; is port 35963 taken by another program?")
        time.sleep(POLL_S)


@contextmanager
def _machine_lock(timeout_s: float) -> Iterator[None]:
    path = Path(tempfile.gettempdir()) / LOCK_FILE
    end = time.monotonic() + timeout_s
    if not path.exists():
        path.touch()
    with path.open("rb") as file:  # reading is enough for a lock, and works on another user's file
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise PcscdUnavailable("Another program has used the virtual reader all the time.") from None
                time.sleep(POLL_S)
        yield
