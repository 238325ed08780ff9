"""A private PulseAudio whose null sinks are a booth's speaker and microphone, for real sound streams without hardware.

Between the two stands `room_program`, another process with clocks of its own, or nothing at all: then the microphone
hears nothing but silence. PortAudio finds both by an ALSA configuration that names nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

PATIENCE: Final = 60.0
ROOT: Final = Path(__file__).resolve().parent.parent.parent

SINKS: Final = ("speaker", "microphone")
SHAPE: Final = "rate=48000 channels=1 norewinds=1"
"""Without rewinding a null sink is 50 ms deep, as a sound card may be; else it is up to two seconds."""
DEVICES: Final = {
    "booth_speaker": "speaker",
    "booth_microphone": "microphone.monitor",
    "room_ear": "speaker.monitor",
    "room_mouth": "microphone",
}


def why_not() -> str:
    """Why there can be no sound room on this machine; empty if there can."""
    missing = [name for name in ("pulseaudio", "pactl") if shutil.which(name) is None]
    plugin = any(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"))
    return (
        f"{' and '.join(missing)} not installed" if missing else "" if plugin else "libasound2-plugins not installed"
    )


class SoundRoom:
    """The sound server and what programs need to find it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "native"
        self._config = folder / "asound.conf"
        self._server: subprocess.Popen[bytes] | None = None
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(self._config),
            "PYTHONPATH": str(ROOT),
        }
        self.plug_in(*DEVICES)

    def start(self) -> None:
        modules = [f"module-null-sink sink_name={name} {SHAPE}" for name in SINKS]
        modules.append(f"module-native-protocol-unix socket={self._socket} auth-anonymous=1")
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disable-shm=yes",
        ]
        for module in modules:
            command += ["-L", module]
        self._server = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        wait_until(lambda: self._socket.exists() and self._control("info", check=False).returncode == 0)

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGCONT)
            self._server.terminate()
            self._server.wait(PATIENCE)
            self._server = None

    def freeze(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def plug_in(self, *devices: str) -> None:
        """These are the devices of this machine from now on, for programs that ask anew."""
        definitions = [
            f'pcm.{name} {{ type pulse server "unix:{self._socket}" device "{DEVICES[name]}" hint {{ show on }} }}\n'
            for name in devices
        ]
        # Without a default device PortAudio's ALSA part aborts the process.
        default = 'pcm.!default { type asym playback.pcm "booth_speaker" capture.pcm "booth_microphone" }\n'
        self._config.write_text("".join([*definitions, default]))

    def pull_out(self) -> None:
        """All cables, as PulseAudio would move the streams to whatever is left."""
        for sink in SINKS:
            self._control("unload-module", self._module_of(sink))

    def push_in(self) -> None:
        for sink in SINKS:
            self._control("load-module", "module-null-sink", f"sink_name={sink}", *SHAPE.split())

    def _module_of(self, sink: str) -> str:
        for line in self._control("list", "short", "modules").stdout.splitlines():
            if f"sink_name={sink} " in line:
                return line.split()[0]
        raise LookupError(sink)

    def _control(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *arguments], env=self.environment, check=check, capture_output=True, text=True, timeout=PATIENCE
        )


class Program:
    """A Python module that runs in the room and tells what happens, a JSON object a line."""

    def __init__(self, room: SoundRoom, module: str, *arguments: str) -> None:
        self.lines: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=room.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, name="sound-program", daemon=True)
        self._reader.start()

    def say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def until(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = PATIENCE) -> dict[str, Any]:
        """The first line that is `wanted`; earlier ones are dropped."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            while self.lines and not found:
                line = self.lines.pop(0)
                if wanted(line):
                    found.append(line)
            return bool(found)

        with self._changed:
            if not self._changed.wait_for(look, timeout):
                raise TimeoutError(f"Not told within {timeout} s; the program's status is {self._process.poll()}.")
        return found[0]

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.lines.append(json.loads(line))
                self._changed.notify_all()


def wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError
        time.sleep(0.05)


@contextlib.contextmanager
def open_room(folder: Path) -> Iterator[SoundRoom]:
    room = SoundRoom(folder)
    room.start()
    try:
        yield room
    finally:
        room.stop()
