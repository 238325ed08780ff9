"""One process after the other keeps the booth; the processes are real, what they do is said by the test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

SERVES = """
import json, os, resource, signal, sys
from booth.turn import Over, Ready, Relieve, Turn

def say(**what):
    print(json.dumps({"pid": os.getpid(), **what}), flush=True)

signal.signal(signal.SIGTERM, lambda *_: (say(event="ends"), os._exit(0)))
turn = Turn.at(int(sys.argv[sys.argv.index("--turn") + 1]))
begin = turn.wait()
core, _ = resource.getrlimit(resource.RLIMIT_CORE)
say(event="serves", instance=begin.instance, card_left=begin.card_left, core=core)
while command := os.read(0, 1):
    match command:
        case b"r": turn.tell(Ready())
        case b"o": turn.tell(Over())
        case b"h":
            turn.tell(Relieve(card_left=True, screen_shared=True))
            signal.pause()
        case b"l":
            turn.tell(Relieve(card_left=False, screen_shared=False))
            os._exit(0)
        case b"c": os._exit(0)
        case b"x": os.kill(os.getpid(), signal.SIGKILL)
"""
KEEPS = "import sys; from booth.succession import keep; sys.exit(keep([sys.executable, '-c', sys.argv[1]]))"
PATIENCE_S = 60.0


class Keeper:
    """The process that keeps the booth. Each letter of SERVES goes to the process that serves."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", KEEPS, SERVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.pids: list[int] = []

    def tell(self, letters: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(letters)
        self.process.stdin.flush()

    def hear(self, event: str) -> dict[str, Any]:
        """The next line that is JSON, which has to be this event; the others are the log."""
        assert self.process.stdout
        for line in self.process.stdout:
            told: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
            if "event" in told:
                self.pids.append(told["pid"])
                assert told["event"] == event
                return told
        raise AssertionError(f"It has ended before {event!r}.")

    def end(self) -> int:
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    yield keeper
    keeper.process.kill()
    keeper.process.communicate()
    assert gone(keeper.pids), "nobody outlives whoever keeps the booth"


def gone(pids: list[int]) -> bool:
    def still(pid: int) -> psutil.Process | None:
        try:
            return psutil.Process(pid)
        except psutil.NoSuchProcess:
            return None

    _, alive = psutil.wait_procs([process for pid in pids if (process := still(pid))], PATIENCE_S)
    return not alive


def test_the_next_shows_itself_before_the_other_goes(keeper: Keeper) -> None:
    first = keeper.hear("serves")
    assert first["card_left"] is False
    assert first["core"] in (0, 1), "no core dump is written"
    keeper.tell("r")
    keeper.tell("o")
    keeper.tell("h")
    second = keeper.hear("serves")
    assert (second["instance"], second["card_left"]) == (first["instance"], True)
    assert second["pid"] != first["pid"]
    assert psutil.pid_exists(first["pid"]), "the next is not ready yet"
    keeper.tell("r")
    assert keeper.hear("ends")["pid"] == first["pid"]
    assert gone([first["pid"]])


def test_where_the_screen_is_not_shared_the_next_waits_for_the_end(keeper: Keeper) -> None:
    first = keeper.hear("serves")
    keeper.tell("r")
    keeper.tell("o")
    keeper.tell("l")
    second = keeper.hear("serves")
    assert (second["instance"], second["card_left"]) == (first["instance"], False)
    assert gone([first["pid"]])


def test_after_a_death_another_serves_with_a_line_of_its_own(keeper: Keeper) -> None:
    first = keeper.hear("serves")
    keeper.tell("r")
    keeper.tell("x")
    second = keeper.hear("serves")
    assert second["instance"] != first["instance"]
    assert second["card_left"] is None


def test_a_process_that_dies_before_it_was_ready_ends_the_booth(keeper: Keeper) -> None:
    keeper.hear("serves")
    keeper.tell("x")
    assert keeper.end() == 1


def test_a_window_that_is_closed_ends_the_booth(keeper: Keeper) -> None:
    keeper.hear("serves")
    keeper.tell("r")
    keeper.tell("c")
    assert keeper.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("letters", ["", "r", "ro"])
def test_a_signal_ends_all(keeper: Keeper, number: signal.Signals, letters: str) -> None:
    serving = keeper.hear("serves")
    for letter in letters:
        keeper.tell(letter)
    os.kill(keeper.process.pid, number)
    assert keeper.hear("ends")["pid"] == serving["pid"]
    assert keeper.end() == 0


def test_nobody_serves_when_nobody_keeps_the_booth(keeper: Keeper) -> None:
    serving = keeper.hear("serves")
    keeper.process.kill()
    assert gone([serving["pid"]])
