"""EF.CardAccess: which kinds of PACE a chip offers (ICAO 9303-11, 9.2.1), and the one this booth takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from booth.idcard import tlv
from booth.idcard.ciphers import CipherSuite
from booth.idcard.curves import STANDARD_CURVES, Group
from booth.idcard.errors import CardUnsupported
from booth.idcard.modp import MODP_GROUPS

MAX_CARD_ACCESS_BYTES: Final = 4096
PACE_VERSION: Final = 2
MAX_INFOS: Final = 32

SUITES: Final = {
    1: CipherSuite.TRIPLE_DES,
    2: CipherSuite.AES_128,
    3: CipherSuite.AES_192,
    4: CipherSuite.AES_256,
}
"""By the last number of the protocols' object identifiers."""
GROUPS: Final[dict[int, Group]] = {**MODP_GROUPS, **STANDARD_CURVES}
"""By the identifier of the standardised domain parameters (9.5.1)."""

PACE: Final = bytes.fromhex("04007f0007020204")
"""id-PACE (0.4.0.127.0.7.2.2.4); then the mapping, then the suite."""

Mapping = Literal["generic", "integrated", "chip_authentication"]


class _Kind(NamedTuple):
    mapping: Mapping
    elliptic: bool


_kinds: Final = {
    1: _Kind("generic", False),
    2: _Kind("generic", True),
    3: _Kind("integrated", False),
    4: _Kind("integrated", True),
    6: _Kind("chip_authentication", True),
}
"""By the number after id-PACE."""


@dataclass(frozen=True, slots=True)
class PaceParameters:
    """One way to run PACE. `identifier`: the object identifier's bytes; `parameter`: that of the domain parameters;
    `ambiguous`: the chip offers it over several groups, so the group must be named."""

    identifier: bytes
    suite: CipherSuite
    parameter: int
    mapping: Mapping = "generic"
    ambiguous: bool = False

    @property
    def group(self) -> Group:
        return GROUPS[self.parameter]

    @property
    def elliptic(self) -> bool:
        return self.parameter in STANDARD_CURVES

    @property
    def preference(self) -> tuple[bool, int, int, bool, int, bool]:
        """Chip authentication on the way comes first, then the stronger cipher, then the curve and the larger
        group; of equals the generic mapping, which more chips have shown they can do."""
        return (
            self.mapping == "chip_authentication",
            self.suite.key_bytes,
            self.suite.block_bytes,
            self.elliptic,
            self.group.order,
            self.mapping == "generic",
        )


def _pace_info(info: bytes) -> PaceParameters | None:
    """A SecurityInfo as PACE parameters, or None where it is something else or not supported."""
    fields = tlv.decode(info)
    if [field.tag for field in fields] != [0x06, 0x02, 0x02]:
        return None
    identifier, version, parameter = (field.value for field in fields)
    if len(identifier) != len(PACE) + 2 or not identifier.startswith(PACE):
        return None
    kind, suite = _kinds.get(identifier[-2]), SUITES.get(identifier[-1])
    number = int.from_bytes(parameter, "big")
    if kind is None or suite is None or int.from_bytes(version, "big") != PACE_VERSION:
        return None
    if kind.mapping == "chip_authentication" and suite is CipherSuite.TRIPLE_DES:
        return None
    groups: dict[int, Group] = {**STANDARD_CURVES} if kind.elliptic else {**MODP_GROUPS}
    if number not in groups:
        return None
    if kind.mapping == "integrated" and kind.elliptic and not STANDARD_CURVES[number].maps_numbers:
        return None
    return PaceParameters(identifier, suite, number, kind.mapping)


def offered_pace(card_access: bytes) -> list[PaceParameters]:
    """All that this booth can do of what the file offers. Raises CardUnsupported where it is malformed."""
    try:
        infos = [_pace_info(item.value) for item in tlv.decode(tlv.find(card_access, 0x31))[:MAX_INFOS]]
    except tlv.TlvError:
        raise CardUnsupported("EF.CardAccess is not a set of security infos.") from None
    return [info for info in infos if info]


def choose_pace(card_access: bytes) -> PaceParameters:
    """The best PACE of the file that this booth can do. Raises CardUnsupported."""
    offered = offered_pace(card_access)
    if not offered:
        raise CardUnsupported("The chip offers no PACE over a known group.")
    best = max(offered, key=lambda info: info.preference)
    ambiguous = sum(info.identifier == best.identifier for info in offered) > 1
    return PaceParameters(best.identifier, best.suite, best.parameter, best.mapping, ambiguous)
