"""What was asked of a chip: once, for a while, for one case."""

from collections.abc import Callable

import pytest

from clerk_console import chip_challenges
from clerk_console.chip_challenges import LIFETIME_S, ChipChallenges
from clerk_console.identity.errors import IdentityDataError
from tests.identity.chips import CurveChip, dg14


class Clock:
    now = 1000.0


def counted() -> Callable[[int], bytes]:
    """Bytes that tell who came when."""
    calls = iter(range(256))
    return lambda size: bytes((next(calls),)) * size


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def challenges(clock: Clock) -> ChipChallenges:
    return ChipChallenges(lambda: clock.now, counted())


def test_it_is_taken_once(challenges: ChipChallenges) -> None:
    nonce = challenges.open("case")
    assert len(nonce) == 8
    taken = challenges.take("case", nonce)
    assert taken
    assert taken.nonce == nonce
    assert challenges.take("case", nonce) is None


def test_it_is_one_cases(challenges: ChipChallenges) -> None:
    nonce, other = challenges.open("case"), challenges.open("other")
    assert challenges.take("other", nonce) is None
    assert challenges.agree("other", nonce, dg14(CurveChip())) is None
    assert challenges.take("other", other)
    assert challenges.take("case", nonce)


def test_a_later_one_voids_the_earlier(challenges: ChipChallenges) -> None:
    first, second = challenges.open("case"), challenges.open("case")
    assert challenges.take("case", first) is None
    assert challenges.take("case", second)


def test_it_is_forgotten(challenges: ChipChallenges, clock: Clock) -> None:
    nonce = challenges.open("case")
    clock.now += LIFETIME_S
    assert challenges.agree("case", nonce, dg14(CurveChip()))
    clock.now += 1
    assert challenges.take("case", nonce) is None
    challenges.forget("never heard of")


def test_each_agreement_has_a_key_of_its_own(challenges: ChipChallenges) -> None:
    nonce = challenges.open("case")
    file = dg14(CurveChip())
    first, second = challenges.agree("case", nonce, file), challenges.agree("case", nonce, file)
    assert first
    assert second
    assert first.public_key != second.public_key
    taken = challenges.take("case", nonce)
    assert taken
    assert taken.agreement == second


def test_a_key_that_is_none(challenges: ChipChallenges) -> None:
    nonce = challenges.open("case")
    with pytest.raises(IdentityDataError):
        challenges.agree("case", nonce, b"noise")
    assert challenges.take("case", nonce)


def test_only_so_many_are_open(challenges: ChipChallenges, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chip_challenges, "MOST_OPEN", 2)
    first, *_ = [challenges.open(f"case-{number}") for number in range(3)]
    assert challenges.take("case-0", first) is None
