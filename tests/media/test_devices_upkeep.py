"""The watch over a device: what it notices, what it puts in its place, and how the device comes back."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from media.consultation import DeviceState
from media.devices.faults import DeviceError, DeviceLent
from media.devices.upkeep import Patience, Turn, Upkeep

IMPATIENT = Patience(stall=0.1, opening=0.3, retry=0.02, renew=0.3)
Work = Callable[[Turn], None]


class Device:
    """An upkeep whose work is a script, a step a turn, and what it tells."""

    def __init__(self, *steps: Work, present: Callable[[], bool] = lambda: True) -> None:
        self.steps = list(steps)
        self.states: queue.Queue[DeviceState] = queue.Queue()
        self.stood_in = threading.Event()
        self.upkeep = Upkeep(
            "device",
            "scripted",
            lambda turn: self.steps.pop(0)(turn) if self.steps else work_until_over(turn),
            self.stood_in.set,
            0.02,
            present=present,
            on_state=self.states.put,
            patience=IMPATIENT,
        )
        self.upkeep.start()

    def next_state(self) -> DeviceState:
        return self.states.get(timeout=30)


def work_until_over(turn: Turn) -> None:
    while not turn.over:
        turn.alive()
        turn.wait(0.01)


def fail(state: DeviceState) -> Work:
    def work(turn: Turn) -> None:
        raise DeviceError(state, "scripted", "as written")

    return work


@pytest.fixture
def device() -> Iterator[Callable[..., Device]]:
    made: list[Device] = []

    def make(*steps: Work, present: Callable[[], bool] = lambda: True) -> Device:
        made.append(Device(*steps, present=present))
        return made[-1]

    yield make
    for each in made:
        each.upkeep.close()


def test_a_fault_is_told_stood_in_for_and_over_when_the_device_works(device: Callable[..., Device]) -> None:
    again = threading.Event()

    def wait(turn: Turn) -> None:
        again.wait(5)
        work_until_over(turn)

    it = device(fail(DeviceState.MISSING), wait)
    assert it.next_state() is DeviceState.MISSING
    assert it.stood_in.wait(5)
    again.set()
    assert it.next_state() is DeviceState.OK


def test_a_device_that_hangs_while_it_works_is_frozen_and_opened_anew(device: Callable[..., Device]) -> None:
    hang, returned = threading.Event(), threading.Event()

    def hanging(turn: Turn) -> None:
        turn.alive()
        hang.wait(10)
        assert turn.over
        turn.alive(DeviceState.BLACK)
        returned.set()

    it = device(hanging)
    assert it.next_state() is DeviceState.FROZEN
    assert it.stood_in.wait(5)
    assert it.next_state() is DeviceState.OK, "opened beside the thread that hangs"
    hang.set()
    assert returned.wait(5)
    assert it.upkeep.state is DeviceState.OK, "whoever comes back late has no say"


def test_a_device_that_hangs_in_opening_is_waited_for(device: Callable[..., Device]) -> None:
    hang = threading.Event()

    def hanging(turn: Turn) -> None:
        hang.wait(10)
        work_until_over(turn)

    it = device(hanging, fail(DeviceState.BUSY))
    assert it.stood_in.wait(5)
    assert it.next_state() is DeviceState.FROZEN
    hang.set()
    assert it.next_state() is DeviceState.OK
    assert len(it.steps) == 1, "it was not opened a second time"


def test_a_frozen_device_that_is_gone_is_missing(device: Callable[..., Device]) -> None:
    here, hang = threading.Event(), threading.Event()
    here.set()

    def hanging(turn: Turn) -> None:
        turn.alive()
        hang.wait(10)

    it = device(hanging, fail(DeviceState.MISSING), present=here.is_set)
    here.clear()
    assert it.next_state() is DeviceState.MISSING
    hang.set()
    assert it.next_state() is DeviceState.OK


def test_a_complaint_leaves_the_device_at_work(device: Callable[..., Device]) -> None:
    uncovered = threading.Event()

    def covered(turn: Turn) -> None:
        while not turn.over:
            turn.alive(DeviceState.OK if uncovered.is_set() else DeviceState.BLACK)
            turn.wait(0.01)

    it = device(covered)
    assert it.next_state() is DeviceState.BLACK
    assert not it.stood_in.is_set()
    uncovered.set()
    assert it.next_state() is DeviceState.OK


def test_a_device_lent_is_opened_again_without_a_word(device: Callable[..., Device]) -> None:
    turns: list[int] = []

    def lend(turn: Turn) -> None:
        turns.append(1)
        raise DeviceLent

    it = device(lend, lend, fail(DeviceState.BUSY))
    assert it.next_state() is DeviceState.BUSY
    assert len(turns) == 2


def test_a_driver_that_raises_what_it_likes_is_tried_again(device: Callable[..., Device]) -> None:
    def work(turn: Turn) -> None:
        raise RuntimeError("internal")

    it = device(work)
    assert it.next_state() is DeviceState.BUSY
    assert it.next_state() is DeviceState.OK
