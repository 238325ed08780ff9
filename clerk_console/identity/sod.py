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


class _DataGroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _DataGroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _DataGroupHash


class _VersionInfo(core.Sequence):  # type: ignore[misc]
    _fields = [("lds_version", core.PrintableString), ("unicode_version", core.PrintableString)]  # noqa: RUF012


class _LdsSecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _DataGroupHashes),
        ("version_info", _VersionInfo, {"optional": True}),
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
    _, _, _, _, content, _ = parser.parse(file, strict=True)
    if file[0] != SOD_TAG:
        raise IdentityDataError("EF.SOD does not begin with tag 77.")
    signed = parse_signed_data(content)
    lds = _LdsSecurityObject.load(signed.content, strict=True)
    hashes = {entry["number"].native: entry["value"].native for entry in lds["hashes"]}
    if len(hashes) != len(lds["hashes"]) or not all(1 <= number <= 16 for number in hashes):
        raise IdentityDataError("EF.SOD names data groups twice, or groups that do not exist.")
    return SecurityObject(signed, str(lds["hash_algorithm"]["algorithm"].native), hashes)
