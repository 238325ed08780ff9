from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import pytest

from booth.idcard.apdu import Transmit
from booth.idcard.testing.emulator import EmulatedChip
from booth.idcard.testing.pki import TestPki


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def pki(now: datetime) -> TestPki:
    return TestPki.make(now)


def powered(chip: EmulatedChip) -> Callable[[], AbstractContextManager[Transmit]]:
    """Connects to a chip without a reader between; each time the chip is powered anew."""

    @contextmanager
    def connect() -> Iterator[Transmit]:
        chip.reset()
        yield chip.exchange

    return connect


@pytest.fixture
def connect_to() -> Callable[[EmulatedChip], Callable[[], AbstractContextManager[Transmit]]]:
    return powered
