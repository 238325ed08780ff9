"""PACE with Chip Authentication Mapping (ICAO 9303-11, 4.4.3.3.3): a proof to the booth that the booth passes on.

The chip shows that its mapping key of this very PACE run is its static key times a number that it tells. It is not
bound to anything of the console's, so whoever has seen one run can tell it again: it never makes a check green.
"""

from __future__ import annotations

from typing import Final

from ecdsa import ellipticcurve

from clerk_console.identity.errors import IdentityDataError, parsing
from clerk_console.identity.security_infos import EcChipKey, ListedKey, parse_security_infos, point_of
from clerk_console.identity.signed_data import SignedData, parse_signed_data

SECURITY_OBJECT_OID: Final = "0.4.0.127.0.7.3.2.1"


@parsing("EF.CardSecurity")
def parse_card_security(file: bytes) -> tuple[SignedData, tuple[ListedKey, ...]]:
    """The signed structure and the chip's keys in it. Raises IdentityDataError."""
    signed = parse_signed_data(file)
    if signed.content_type != SECURITY_OBJECT_OID:
        raise IdentityDataError("EF.CardSecurity holds something else than security information.")
    return signed, parse_security_infos(signed.content).keys


@parsing("The chip's mapping data")
def is_mapping_of(keys: tuple[ListedKey, ...], mapping_key: bytes, data: bytes) -> bool:
    """Whether `data` times one of the static keys is the mapping key. Raises IdentityDataError."""
    number = int.from_bytes(data, "big")
    for listed in keys:
        key = listed.key
        if not isinstance(key, EcChipKey) or not 0 < number < int(key.curve.order):
            continue
        product = point_of(key).pubkey.point * number
        if product != ellipticcurve.INFINITY and product.to_bytes("uncompressed") == mapping_key:
            return True
    return False
