"""One reading of a chip: which files, in which order, and how far it is. No I/O; a connection is passed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self

from booth.idcard.apdu import Transmit
from booth.idcard.chip import SECURITY_OBJECT, Chip, FileAbsent
from booth.idcard.errors import CardUnsupported, GroupForbidden, LengthRefused

FORBIDDEN_GROUPS: Final = frozenset({3, 4})
CARD_ACCESS_NUMBER_DIGITS: Final = 6

OPENED: Final = 0.1
"""Share of the progress that stands for opening the chip."""
PORTRAIT_WEIGHT: Final = 10
"""The portrait (DG2) takes about as long as this many other files."""

Progress = Callable[[float], None]
Connect = Callable[[], AbstractContextManager[Transmit]]
"""Powers the card anew and yields the exchange with it."""


class CardAccessNumber:
    """The six digits printed on the card, held in memory that is overwritten on leaving. Python may have made copies
    elsewhere (the text it came from), so this shortens their life and promises no more."""

    def __init__(self, digits: str) -> None:
        if len(digits) != CARD_ACCESS_NUMBER_DIGITS or not digits.isascii() or not digits.isdigit():
            raise ValueError(f"A card access number has {CARD_ACCESS_NUMBER_DIGITS} digits.")
        self.digits = bytearray(digits, "ascii")

    def wipe(self) -> None:
        self.digits[:] = bytes(len(self.digits))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "CardAccessNumber(…)"


@dataclass(frozen=True, slots=True)
class CardFiles:
    """Raw files by their identifier in hex (`011d` is EF.SOD, `0101` DG1). `commands`: commands sent to the chip;
    `seconds`: from powering the card to the last byte."""

    access: Literal["pace_can"]
    files: dict[str, bytes]
    commands: int
    seconds: float

    def __repr__(self) -> str:
        return f"CardFiles({self.access}, {', '.join(self.files)}, {self.commands} commands)"


def check_groups(groups: Sequence[int]) -> list[int]:
    """The data groups in order, each once. Raises GroupForbidden."""
    wrong = [group for group in groups if group in FORBIDDEN_GROUPS or not 1 <= group <= 16]
    if wrong:
        raise GroupForbidden(f"Data group {wrong[0]} is never read.")
    return sorted(set(groups))


def read_files(connect: Connect, number: CardAccessNumber, groups: Sequence[int], progress: Progress) -> CardFiles:
    """EF.SOD and the data groups. Extended lengths first; a chip or reader that refuses them is read again with short
    ones. Raises an IdCardError."""
    wanted = check_groups(groups)
    try:
        return _read_once(connect, number, wanted, progress, extended=True)
    except LengthRefused:
        return _read_once(connect, number, wanted, progress, extended=False)


def _read_once(
    connect: Connect, number: CardAccessNumber, groups: Sequence[int], progress: Progress, *, extended: bool
) -> CardFiles:
    began = time.monotonic()
    commands = 0
    with connect() as transmit:

        def counted(command: bytes) -> bytes:
            nonlocal commands
            commands += 1
            return transmit(command)

        progress(0.0)
        chip = Chip(counted, extended=extended)
        chip.open(number.digits)
        files = _copy(chip, groups, progress)
    return CardFiles("pace_can", files, commands, time.monotonic() - began)


def _copy(chip: Chip, groups: Sequence[int], progress: Progress) -> dict[str, bytes]:
    wanted = [SECURITY_OBJECT, *(0x0100 + group for group in groups)]
    weights = [PORTRAIT_WEIGHT if file == 0x0102 else 1 for file in wanted]
    files: dict[str, bytes] = {}
    for index, file in enumerate(wanted):
        before, weight = sum(weights[:index]), weights[index]

        def report(here: int, whole: int, before: int = before, weight: int = weight) -> None:
            progress(OPENED + (1 - OPENED) * (before + weight * here / whole) / sum(weights))

        try:
            files[f"{file:04x}"] = chip.read_file(file, progress=report)
        except FileAbsent:
            if file == SECURITY_OBJECT:
                raise CardUnsupported("The chip has no EF.SOD, so nothing on it could be verified.") from None
    progress(1.0)
    return files
