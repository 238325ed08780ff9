"""EF.SOD, the document security object (ICAO 9303-10, 4.6.2): the issuing state's signed list of data-group hashes."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from asn1crypto import algos, core, parser

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.signatures import HASHES
from clerk_console.identity.signed_data import SignedData, parse_signed_data

SOD_TAG: Final = 0x77
CMS_TAG: Final = 0x30


class _DataGroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _DataGroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _DataGroupHash


class _LdsSecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _DataGroupHashes),
        ("version_info", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """`hashes` by number of the data group, made with `hash_algorithm`."""

    signed: SignedData
    hash_algorithm: str
    hashes: dict[int, bytes]

    def covers(self, group: int, data: bytes) -> bool | None:
        """Whether `data` is what the state signed as this group; None where it signed no such group. Raises
        AlgorithmUnsupported."""
        if self.hash_algorithm not in HASHES:
            raise AlgorithmUnsupported("The hash algorithm of the data groups is not supported.")
        if group not in self.hashes:
            return None
        return hmac.compare_digest(hashlib.new(self.hash_algorithm, data).digest(), self.hashes[group])


@parsing("EF.SOD")
def parse_sod(file: bytes) -> SecurityObject:
    """Raises IdentityDataError."""
    signed = parse_signed_data(_unwrapped(file))
    lds = _LdsSecurityObject.load(signed.content, strict=True)
    hash_algorithm = str(lds["hash_algorithm"]["algorithm"].native)
    signed.require_announced(also=frozenset((hash_algorithm,)))
    hashes = {entry["number"].native: entry["value"].native for entry in lds["hashes"]}
    if len(hashes) != len(lds["hashes"]) or not all(1 <= number <= 16 for number in hashes):
        raise IdentityDataError("EF.SOD names data groups twice, or groups that do not exist.")
    return SecurityObject(signed, hash_algorithm, hashes)


def _unwrapped(file: bytes) -> bytes:
    """The CMS structure: behind tag 77, or alone. Files are at times longer than what stands in them, and padded."""
    _, _, _, header, content, trailer = parser.parse(file)
    length = len(header) + len(content) + len(trailer)
    if file[length:].strip(b"\x00") and file[length:].strip(b"\xff"):
        raise IdentityDataError("EF.SOD goes on behind its end.")
    if file[0] == SOD_TAG:
        return bytes(content)
    if file[0] == CMS_TAG:
        return file[:length]
    raise IdentityDataError("EF.SOD does not begin with tag 77.")
