"""The way round by the program that takes time: a TUN interface at each end, and routes that prefer it."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.network.namespace import Namespace, run

TUNSETIFF: Final = 0x400454CA
IFF_TUN: Final = 0x0001
IFF_NO_PI: Final = 0x1000

_PROGRAM: Final = Path(__file__).with_name("slow_path.py")


class Detour:
    """Between this machine and a namespace. `up` is from there to here."""

    def __init__(self, far: Namespace, mark: str) -> None:
        self._far = far
        self._names = f"tn{mark}", f"tf{mark}"
        self._program: subprocess.Popen[str] | None = None

    @property
    def near_end(self) -> tuple[str, ...]:
        """Its interface here; empty while it is not open."""
        return self._names[:1] if self._program else ()

    @property
    def far_end(self) -> tuple[str, ...]:
        return self._names[1:] if self._program else ()

    def open(self) -> None:
        """Does nothing when it is open already. Raises OSError."""
        if self._program:
            return
        near = open_tun(self._names[0])
        with self._far.entered():
            far = open_tun(self._names[1])
        for end, interface in ((run, self._names[0]), (self._far.run, self._names[1])):
            end("ip", "link", "set", interface, "up")
        self._program = subprocess.Popen(
            [sys.executable, str(_PROGRAM), str(near), str(far)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(near, far),
            text=True,
        )
        os.close(near)
        os.close(far)

    def lead(self, near: str, *fars: str) -> None:
        """From now on what goes between these addresses goes this way; again after an address has changed."""
        if not self._program:
            return
        for far in fars:
            run("ip", "route", "replace", f"{far}/32", "dev", self._names[0], "src", near)
        self._far.run("ip", "route", "replace", f"{near}/32", "dev", self._names[1])

    def slow(self, up: tuple[float, float], down: tuple[float, float]) -> None:
        """Delay and jitter, in seconds; in force on return."""
        if not self._program:
            return
        assert self._program.stdin is not None and self._program.stdout is not None
        self._program.stdin.write(json.dumps({"a": down, "b": up}) + "\n")
        self._program.stdin.flush()
        if self._program.stdout.readline() != "ok\n":
            raise OSError("The program that delays packets has ended.")

    def close(self) -> None:
        """The interfaces go with the program."""
        if self._program:
            self._program.communicate()
            self._program = None


def open_tun(name: str) -> int:
    """A new TUN interface of this thread's network; it lives as long as the descriptor."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
