"""The card reader on real pcscd and vpcd: a whole reading with the authority's verification, insertion, tearing out.

The card runs in a process of its own, so that its cryptography is not counted as the booth's. Beside each reading the
same commands and as many bytes are exchanged with a card that does not compute: what pcscd and vpcd take by
themselves."""

from __future__ import annotations

import base64
import json
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509

from booth.idcard import pcsc
from booth.idcard.apdu import Command, Transmit
from booth.idcard.card_access import SUITES
from booth.idcard.curves import STANDARD_CURVES
from booth.idcard.errors import CardRemoved
from booth.idcard.keys import CardAccessNumber
from booth.idcard.pace import session_keys
from booth.idcard.proofs import ChipDialogue
from booth.idcard.reader import CardReader, ReaderStatus
from booth.idcard.secure_messaging import SecureChannel, SessionKeys
from booth.idcard.session import CardFiles, ReadRequest, read_files
from booth.idcard.testing.cards import make_chip
from booth.idcard.testing.emulator import EmulatedChip
from booth.idcard.testing.pcscd import READER_NAME, running_pcscd
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.vpcd import Disturbance, VirtualSlot
from clerk_console.identity import TrustAnchors, verify
from media.consultation import ChipAgreement
from scripts.bench_runner import ROOT, Figure
from tests.booth_idcard.mutations import read_spoilt

PERSONA = PERSONAS["erika"]
GROUPS = (1, 2, 14)
READINGS = 60
INSERTIONS = 30
TEARS_INSIDE = 1000
TEARS_OUTSIDE = 40
SPOILT = 5000
WAIT_S = 15.0

BITS_A_BYTE = 9
"""ISO/IEC 14443-3, type A: with parity."""
FRAME_BYTES = 256
FRAME_OVERHEAD_BYTES = 5
"""Of a block: PCB, CRC, and about two for start and end of frame."""
FRAME_TURN_S = 0.0005
"""From the end of one frame to the start of the answer, either way."""
COMMAND_S = 0.002
"""USB and the chip's operating system, a command. What the chip computes is not in the model."""


def figures(only: list[str]) -> Iterator[Figure]:
    rows: dict[str, Callable[[], Iterator[Figure]]] = {
        "read": reading,
        "insert": insertion,
        "tear": tearing,
        "fuzz": fuzzing,
    }
    for name in only or rows:
        yield from rows[name]()


def never() -> threading.Event:
    return threading.Event()


def ignore(*_: object) -> None:
    pass


@contextmanager
def card_program(folder: Path) -> Iterator[None]:
    """The emulated card in the virtual reader, with its CSCA in `folder`."""
    arguments = ["--persona", "erika", "--csca-out", str(folder), "--pki", str(folder / "pki")]
    with subprocess.Popen(
        [sys.executable, "-m", "booth.idcard.testing", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout
            while json.loads(process.stdout.readline())["event"] != "inserted":
                pass
            yield
        finally:
            process.terminate()


class Console:
    """The console's part in Chip Authentication. It takes the chip's key from DG14 as this card encodes it."""

    def dialogue(self) -> ChipDialogue:
        dialogue = ChipDialogue(lambda file: dialogue.answer(self.agreement(file)))
        return dialogue

    def agreement(self, file: bytes) -> ChipAgreement:
        group, suite = STANDARD_CURVES[13], SUITES[2]
        at = file.index(b"\x03\x42\x00\x04") + 3
        scalar = group.random_scalar(secrets.token_bytes)
        secret = group.shared_secret(group.multiply(scalar, group.decode(file[at : at + 65])))
        self.channel = SecureChannel(SessionKeys(suite, *session_keys(suite, secret)))
        command = self.channel.protect(Command(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1e"))
        return ChipAgreement(
            protocol="0.4.0.127.0.7.2.2.3.2.2",
            public_key=base64.b64encode(group.encode(group.multiply(scalar, group.generator))).decode(),
            command=base64.b64encode(command.encode()).decode(),
        )


def read_whole(reader: CardReader) -> CardFiles:
    with CardAccessNumber(PERSONA.card_access_number) as key:
        return reader.read(key, ReadRequest(GROUPS, None, Console().dialogue()), progress=ignore, cancel=never())


def reading() -> Iterator[Figure]:
    walls: list[float] = []
    processor: list[float] = []
    with tempfile.TemporaryDirectory() as name, running_pcscd():
        folder = Path(name)
        with card_program(folder), CardReader(READER_NAME) as reader:
            reader.wait_for_card(WAIT_S, never())
            anchors = TrustAnchors()
            anchors.add("test", [x509.Certificate.load(path.read_bytes()) for path in folder.glob("*.cer")])
            for _ in range(READINGS):
                began, used = time.perf_counter(), time.process_time()
                card = read_whole(reader)
                identity = verify(card.files, anchors, datetime.now(UTC).date())
                walls.append(time.perf_counter() - began)
                processor.append(time.process_time() - used)
                assert identity.to_json()["checks"][0]["verdict"] == "passed"
                assert len(card.proofs) == 1
        transcript = recorded()
        bare = bare_exchanges(transcript)
    portrait = len(card.files["0102"]) / 1024
    wall = statistics.median(walls) * 1000
    what = f"a reading with passive and chip authentication, portrait of {portrait:.1f} kB"
    yield Figure(what, wall, "ms", "limit", 60, 1)
    yield Figure(f"{what}: 95th percentile", statistics.quantiles(walls, n=20)[-1] * 1000, "ms", "median", wall, 2)
    yield Figure("the same beside a card that does not compute", wall, "ms", "bare exchange", bare * 1000, 10)
    yield Figure("commands to the chip", card.commands, "commands", "limit", 26, 1)
    yield Figure("our own processor time of a reading", statistics.median(processor) * 1000, "ms", "reading", wall, 1)
    for lengths, exchanges in (("extended", transcript), ("short", recorded(plain=True))):
        for rate in (424, 848):
            bits = sum(len(message) * BITS_A_BYTE for exchange in exchanges for message in exchange)
            name = f"modelled at {rate} kbit/s, {lengths} lengths"
            yield Figure(name, modelled(exchanges, rate) * 1000, "ms", "its bytes alone", bits / rate, 3)


def recorded(*, plain: bool = False) -> list[tuple[bytes, bytes]]:
    """Commands and answers of one reading, straight from the emulated chip."""
    now = datetime.now(UTC)
    chip = make_chip(PERSONA, TestPki.make(now), now)
    chip.extended = chip.short_identifiers = not plain
    exchanges: list[tuple[bytes, bytes]] = []

    @contextmanager
    def connect() -> Iterator[Transmit]:
        chip.reset()
        exchanges.clear()

        def transmit(command: bytes) -> bytes:
            answer = chip.exchange(command)
            exchanges.append((command, answer))
            return answer

        yield transmit

    with CardAccessNumber(PERSONA.card_access_number) as key:
        read_files(connect, key, ReadRequest(GROUPS, None, Console().dialogue()), ignore, ignore)
    return list(exchanges)


class Replay:
    """A card that answers each command with what was recorded, in order, from reset on."""

    def __init__(self, exchanges: list[tuple[bytes, bytes]]) -> None:
        self._exchanges = exchanges
        self._next = 0

    def reset(self) -> None:
        self._next = 0

    def exchange(self, raw: bytes) -> bytes:
        answer = self._exchanges[self._next % len(self._exchanges)][1]
        self._next += 1
        return answer


def bare_exchanges(exchanges: list[tuple[bytes, bytes]]) -> float:
    """Median seconds for the same commands and answers, from powering the card on; nothing is computed."""
    slot = VirtualSlot()
    walls = []
    with CardReader(READER_NAME) as reader:
        assert reader.wait_for_removal(WAIT_S, never())
        slot.insert(Replay(exchanges))
        reader.wait_for_card(WAIT_S, never())
        for _ in range(READINGS):
            began = time.perf_counter()
            with pcsc.Context() as context, context.connect(READER_NAME) as connection:
                for command, _answer in exchanges:
                    connection.transmit(command)
            walls.append(time.perf_counter() - began)
        slot.remove()
    return statistics.median(walls)


def modelled(exchanges: list[tuple[bytes, bytes]], rate: int) -> float:
    """Seconds over the air at `rate` kbit/s: every byte, every frame, every command; nothing for the chip's own
    work."""
    seconds = 0.0
    for exchange in exchanges:
        seconds += COMMAND_S
        for message in exchange:
            frames = -(-len(message) // (FRAME_BYTES - FRAME_OVERHEAD_BYTES))
            bits = (len(message) + frames * FRAME_OVERHEAD_BYTES) * BITS_A_BYTE
            # Each frame but the last is acknowledged by a short one.
            seconds += bits / (rate * 1000) + (2 * frames - 1) * FRAME_TURN_S
    return seconds


class NoticedCard:
    """Remembers when it was first powered: then pcscd has seen it."""

    def __init__(self) -> None:
        self.powered_at: float | None = None

    def reset(self) -> None:
        if self.powered_at is None:
            self.powered_at = time.perf_counter()

    def exchange(self, raw: bytes) -> bytes:
        return b"\x6d\x00"


def insertion() -> Iterator[Figure]:
    whole: list[float] = []
    ours: list[float] = []
    seen = threading.Event()
    noticed = 0.0

    def note(status: ReaderStatus) -> None:
        nonlocal noticed
        if status is ReaderStatus.CARD_PRESENT:
            noticed = time.perf_counter()
            seen.set()

    slot = VirtualSlot()
    with running_pcscd(), CardReader(READER_NAME, on_change=note) as reader:
        for _ in range(INSERTIONS):
            # pcscd looks at vpcd by its own clock: insertions fall on it anyhow.
            never().wait(random.uniform(0.5, 0.9))
            seen.clear()
            card = NoticedCard()
            began = time.perf_counter()
            slot.insert(card)
            assert seen.wait(WAIT_S)
            assert card.powered_at
            whole.append(noticed - began)
            ours.append(noticed - card.powered_at)
            slot.remove()
            assert reader.wait_for_removal(WAIT_S, never())
    yield Figure("insertion noticed, vpcd", statistics.median(whole) * 1000, "ms", "limit", 150, 1)
    yield Figure("insertion noticed, vpcd, the slowest", max(whole) * 1000, "ms", "pcscd's poll of 400 ms", 400, 1.2)
    yield Figure("insertion noticed, from pcscd to the booth", statistics.median(ours) * 1000, "ms", "limit", 150, 1)


def tearing() -> Iterator[Figure]:
    """Torn out at a random command, put in again, read. The next reading must work at once."""
    began = time.monotonic()
    failed = sum(not torn_and_read_again(seed) for seed in range(TEARS_INSIDE))
    seconds = time.monotonic() - began
    yield Figure(f"of {TEARS_INSIDE} tears, the next reading failed", failed, "readings", "limit", 0, 1)
    yield Figure("a tear and the next reading, without pcscd", seconds / TEARS_INSIDE * 1000, "ms", "limit", 1000, 1)
    with running_pcscd(), CardReader(READER_NAME) as reader:
        slot = VirtualSlot()
        failed = sum(not torn_from_the_reader(reader, slot, seed) for seed in range(TEARS_OUTSIDE))
    yield Figure(f"of {TEARS_OUTSIDE} tears over pcscd, the next reading failed", failed, "readings", "limit", 0, 1)


def fuzzing() -> Iterator[Figure]:
    """Readings with spoilt answers, each from a seed: whatever is no typed error is counted, and named."""
    untyped = 0
    began = time.monotonic()
    for seed in range(SPOILT):
        try:
            read_spoilt(seed)
        except Exception as error:  # the very thing looked for
            untyped += 1
            print(f"  seed {seed}: {error!r}", flush=True)
    seconds = time.monotonic() - began
    yield Figure(f"of {SPOILT} spoilt readings, not ended by a typed error", untyped, "readings", "limit", 0, 1)
    yield Figure("a spoilt reading", seconds / SPOILT * 1000, "ms", "limit", 1000, 1)


NOW = datetime.now(UTC)
CHIP = make_chip(PERSONA, TestPki.make(NOW), NOW)
WANTED = ReadRequest((1, 2, 14))


def torn_and_read_again(seed: int) -> bool:
    """Whether the reading broke off as it should, and the next one gave every file."""
    torn_at = random.Random(seed).randint(1, 23)

    def connecting(limit: int | None) -> Callable[[], Any]:
        @contextmanager
        def connect() -> Iterator[Transmit]:
            CHIP.reset()
            sent = 0

            def transmit(command: bytes) -> bytes:
                nonlocal sent
                sent += 1
                if sent == limit:
                    raise CardRemoved("torn")
                return CHIP.exchange(command)

            yield transmit

        return connect

    with CardAccessNumber(PERSONA.card_access_number) as key:
        try:
            read_files(connecting(torn_at), key, WANTED, ignore, ignore)
        except CardRemoved:
            return whole(CHIP, read_files(connecting(None), key, WANTED, ignore, ignore))
    return False


def torn_from_the_reader(reader: CardReader, slot: VirtualSlot, seed: int) -> bool:
    torn_at = random.Random(seed).randint(1, 23)
    slot.insert(CHIP, Disturbance(tear_after=torn_at))
    reader.wait_for_card(WAIT_S, never())
    with CardAccessNumber(PERSONA.card_access_number) as key:
        try:
            reader.read(key, WANTED, progress=ignore, cancel=never())
            return False
        except CardRemoved:
            pass
        if not reader.wait_for_removal(WAIT_S, never()):
            return False
        slot.insert(CHIP)
        reader.wait_for_card(WAIT_S, never())
        card = reader.read(key, WANTED, progress=ignore, cancel=never())
    slot.remove()
    return reader.wait_for_removal(WAIT_S, never()) and whole(CHIP, card)


def whole(chip: EmulatedChip, card: CardFiles) -> bool:
    return card.files == chip.files
