"""EF.CardAccess: which kinds of PACE a chip offers (ICAO 9303-11, 9.2.1), and the one this booth takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from booth.idcard import tlv
from booth.idcard.ciphers import CipherSuite
from booth.idcard.curves import STANDARD_CURVES, Curve
from booth.idcard.errors import CardUnsupported

MAX_CARD_ACCESS_BYTES: Final = 4096
PACE_VERSION: Final = 2
MAX_INFOS: Final = 32

# id-PACE-ECDH-GM-… (0.4.0.127.0.7.2.2.4.2.n); the order is this booth's preference.
_generic_mapping: Final = bytes.fromhex("04007f000702020402")
_suites: Final = {
    4: CipherSuite.AES_256,
    3: CipherSuite.AES_192,
    2: CipherSuite.AES_128,
    1: CipherSuite.TRIPLE_DES,
}


@dataclass(frozen=True, slots=True)
class PaceParameters:
    """One way to run PACE with generic mapping over an elliptic curve. `identifier`: the object identifier's bytes;
    `ambiguous`: the chip offers it over several curves, so the curve must be named."""

    identifier: bytes
    suite: CipherSuite
    curve_number: int
    ambiguous: bool = False

    @property
    def curve(self) -> Curve:
        return STANDARD_CURVES[self.curve_number]


def _pace_info(info: bytes) -> PaceParameters | None:
    """A SecurityInfo as PACE parameters, or None where it is something else or not supported."""
    fields = tlv.decode(info)
    if [field.tag for field in fields] != [0x06, 0x02, 0x02]:
        return None
    identifier, version, curve_number = (field.value for field in fields)
    suite = _suites.get(identifier[-1]) if identifier[:-1] == _generic_mapping else None
    number = int.from_bytes(curve_number, "big")
    if suite is None or int.from_bytes(version, "big") != PACE_VERSION or number not in STANDARD_CURVES:
        return None
    return PaceParameters(identifier, suite, number)


def choose_pace(card_access: bytes) -> PaceParameters:
    """The strongest PACE of the file that this booth can do. Raises CardUnsupported."""
    try:
        infos = [_pace_info(item.value) for item in tlv.decode(tlv.find(card_access, 0x31))[:MAX_INFOS]]
    except tlv.TlvError:
        raise CardUnsupported("EF.CardAccess is not a set of security infos.") from None
    offered = [info for info in infos if info]
    if not offered:
        raise CardUnsupported("The chip offers no PACE with generic mapping over a known curve.")
    best = max(offered, key=lambda info: (info.suite.key_bytes, info.suite.block_bytes, info.curve.order))
    ambiguous = sum(info.identifier == best.identifier for info in offered) > 1
    return PaceParameters(best.identifier, best.suite, best.curve_number, ambiguous)
