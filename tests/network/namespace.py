"""A network of its own for a process or a thread. Needs root and `ip`."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator

CLONE_NEWNET = 0x40000000


def run(*command: str, given: str | None = None) -> str:
    """What the program prints. Raises OSError with what it complains about."""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


class Namespace:
    """A named network namespace; only its loopback interface is there at first."""

    def __init__(self, name: str) -> None:
        self.name = name

    def make(self) -> None:
        run("ip", "netns", "add", self.name)
        self.run("ip", "link", "set", "lo", "up")

    def remove(self) -> None:
        run("ip", "netns", "del", self.name)

    def run(self, *command: str, given: str | None = None) -> str:
        return run("ip", "netns", "exec", self.name, *command, given=given)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """What this thread opens or starts in here, is opened or started in the namespace, and stays there."""
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        try:
            _enter(there)
            yield
        finally:
            _enter(here)
            os.close(here)
            os.close(there)


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
