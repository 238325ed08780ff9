"""One reading of a chip: which files, in which order, which proofs, and how far it is. No I/O; a connection is passed
in.

EF.COM says what is there, so that nothing is asked for in vain. DG14 comes first of the groups, so that the console
can make its key while the rest is read; the chip's proofs come last."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final

import structlog

from booth.idcard import tlv
from booth.idcard.apdu import Transmit
from booth.idcard.chip import COMMON, SECURITY_OBJECT, Access, Chip, FileAbsent, Opened
from booth.idcard.errors import CardUnsupported, FormRefused, GroupForbidden, WrongKey
from booth.idcard.keys import AccessKey
from booth.idcard.kinds import known_kind
from booth.idcard.proofs import CHALLENGE_BYTES, ChipDialogue
from media.consultation import MAX_CHIP_FILE_BYTES, Proof

FORBIDDEN_GROUPS: Final = frozenset({3, 4})
MAX_COMMON_BYTES: Final = 512

OPENED: Final = 0.1
"""Share of the progress that stands for opening the chip."""
PORTRAIT_WEIGHT: Final = 10
"""The portrait (DG2) takes about as long as this many other files."""

PORTRAIT: Final = 0x0102
CHIP_KEY: Final = 0x010E
SIGNING_KEY: Final = 0x010F
CARD_ACCESS_NAME: Final = "011c"

GROUP_TAGS: Final = {
    0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8,
    0x69: 9, 0x6A: 10, 0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16,
}  # fmt: skip
"""How EF.COM names the data groups (9303-10, 4.6.1)."""

Progress = Callable[[float], None]
Connect = Callable[[], AbstractContextManager[Transmit]]
"""Powers the card anew and yields the exchange with it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to copy and to ask of a chip. `groups`: data groups beside EF.SOD, never 3 or 4; those the chip lacks are
    left out. `challenge`: the console's eight bytes for Active Authentication, done where DG15 is among the groups.
    `dialogue`: the way to the console for Chip Authentication, done where DG14 is."""

    groups: Sequence[int]
    challenge: bytes | None = None
    dialogue: ChipDialogue | None = None

    def __post_init__(self) -> None:
        if self.challenge is not None and len(self.challenge) != CHALLENGE_BYTES:
            raise ValueError(f"A challenge has {CHALLENGE_BYTES} bytes.")


@dataclass(frozen=True, slots=True)
class CardFiles:
    """Raw files by their identifier in hex (`011c` is EF.CardAccess, `011d` EF.SOD, `011e` EF.COM, `0101` DG1), and
    what the chip answered as proof. `commands`: commands sent to the chip; `seconds`: from powering the card to the
    end."""

    access: Access
    files: dict[str, bytes]
    commands: int
    seconds: float
    proofs: tuple[Proof, ...] = field(default=())

    def __repr__(self) -> str:
        return f"CardFiles({self.access}, {', '.join(self.files)}, {self.commands} commands)"


def check_groups(groups: Sequence[int]) -> list[int]:
    """The data groups in order, each once. Raises GroupForbidden."""
    wrong = [group for group in groups if group in FORBIDDEN_GROUPS or not 1 <= group <= 16]
    if wrong:
        raise GroupForbidden(f"Data group {wrong[0]} is never read.")
    return sorted(set(groups))


def listed_groups(common: bytes) -> set[int] | None:
    """The data groups EF.COM names, or None where it cannot be read: then every one is tried. It is not signed, so
    what it hides is noticed by the authority, whose EF.SOD names all."""
    try:
        return {GROUP_TAGS[tag] for tag in tlv.find(common, 0x60, 0x5C) if tag in GROUP_TAGS}
    except tlv.TlvError:
        return None


def read_files(
    connect: Connect, key: AccessKey, request: ReadRequest, progress: Progress, check: Callable[[], None]
) -> CardFiles:
    """EF.CardAccess, EF.COM, EF.SOD, the data groups and the proofs. Extended lengths and short file identifiers
    first; a chip or reader that refuses them is read again without. `check` is called while waiting for the console
    and raises when the reading was given up. Raises an IdCardError."""
    wanted = check_groups(request.groups)
    try:
        try:
            return _read_once(connect, key, request, wanted, progress, check, plain=False)
        except FormRefused:
            return _read_once(connect, key, request, wanted, progress, check, plain=True)
    except (CardUnsupported, WrongKey) as error:
        # A health insurance card has an access number too.
        with connect() as transmit:
            raise (known_kind(transmit) or error) from None


def _read_once(
    connect: Connect,
    key: AccessKey,
    request: ReadRequest,
    groups: Sequence[int],
    progress: Progress,
    check: Callable[[], None],
    *,
    plain: bool,
) -> CardFiles:
    began = time.monotonic()
    commands = 0
    with connect() as transmit:

        def counted(command: bytes) -> bytes:
            nonlocal commands
            commands += 1
            return transmit(command)

        progress(0.0)
        chip = Chip(counted, plain=plain)
        opened = chip.open(key)
        copy = _Copy(chip, request.dialogue, progress)
        copy.run(groups)
        proofs = _prove(chip, opened, copy.files, request, check)
        progress(1.0)
    if opened.card_access and len(opened.card_access) <= MAX_CHIP_FILE_BYTES:
        copy.files[CARD_ACCESS_NAME] = opened.card_access
    return CardFiles(opened.access, copy.files, commands, time.monotonic() - began, tuple(proofs))


class _Copy:
    """The files, as they come."""

    def __init__(self, chip: Chip, dialogue: ChipDialogue | None, progress: Progress) -> None:
        self._chip = chip
        self._dialogue = dialogue
        self._progress = progress
        self.files: dict[str, bytes] = {}

    def run(self, groups: Sequence[int]) -> None:
        listed = self._listed()
        wanted = [0x0100 + group for group in groups if listed is None or group in listed]
        wanted.sort(key=lambda file: (file != CHIP_KEY, file))
        if CHIP_KEY in wanted:
            wanted.insert(1, SECURITY_OBJECT)
        else:
            wanted.insert(0, SECURITY_OBJECT)
        weights = [PORTRAIT_WEIGHT if file == PORTRAIT else 1 for file in wanted]
        for index, file in enumerate(wanted):
            self._read(file, sum(weights[:index]) / sum(weights), weights[index] / sum(weights))

    def _listed(self) -> set[int] | None:
        try:
            common = self._chip.read_file(COMMON, limit=MAX_COMMON_BYTES)
        except FileAbsent:
            return None
        self.files[f"{COMMON:04x}"] = common
        return listed_groups(common)

    def _read(self, file: int, before: float, part: float) -> None:
        """`before` and `part`: shares of the whole copying."""

        def report(here: int, whole: int) -> None:
            self._progress(min(1.0, OPENED + (1 - OPENED) * (before + part * here / whole)))

        try:
            content = self._chip.read_file(file, progress=report)
        except FileAbsent:
            if file == SECURITY_OBJECT:
                raise CardUnsupported("The chip has no EF.SOD, so nothing on it could be verified.") from None
            return
        self.files[f"{file:04x}"] = content
        if file == CHIP_KEY and self._dialogue:
            self._dialogue.offer(content)


def _prove(
    chip: Chip, opened: Opened, files: dict[str, bytes], request: ReadRequest, check: Callable[[], None]
) -> list[Proof]:
    """Active Authentication within the session, then Chip Authentication, which ends it."""
    found: list[Proof] = [opened.proof] if opened.proof else []
    signing_key = files.get(f"{SIGNING_KEY:04x}")
    if request.challenge is not None and signing_key is not None:
        found.append(chip.sign_challenge(request.challenge, signing_key))
    if request.dialogue and f"{CHIP_KEY:04x}" in files:
        agreement = request.dialogue.await_answer(check)
        if agreement is not None:
            try:
                found.append(chip.authenticate(agreement))
            except ValueError as error:
                log.warning("chip_challenge_refused", reason=str(error))
    return found
