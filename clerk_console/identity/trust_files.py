"""The files trust comes in: certificates, master, revocation and deviation lists, and downloads of the ICAO PKD
(LDIF), complete ones with the changes after them.

One bad entry spoils no other: it is named, and the rest counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from asn1crypto import x509

from clerk_console.identity import ldif
from clerk_console.identity.certificates import certificates_in, parse_certificate
from clerk_console.identity.deviation_list import DeviationList, parse_deviation_list
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.master_list import MasterList, parse_master_list
from clerk_console.identity.revocation import RevocationList, parse_revocation_list

CERTIFICATE_SUFFIXES: Final = frozenset({".cer", ".crt", ".der", ".pem"})
MASTER_LIST_SUFFIXES: Final = frozenset({".ml", ".mls"})
REVOCATION_LIST_SUFFIX: Final = ".crl"
DEVIATION_LIST_SUFFIXES: Final = frozenset({".dl", ".dvl"})
LDIF_SUFFIX: Final = ".ldif"
SUFFIXES: Final = (
    CERTIFICATE_SUFFIXES | MASTER_LIST_SUFFIXES | DEVIATION_LIST_SUFFIXES | {REVOCATION_LIST_SUFFIX, LDIF_SUFFIX}
)
_NUMBERED: Final = re.compile(r"(?P<collection>.+)-(?P<kind>complete|delta)-(?P<number>[0-9]{1,12})")
"""`icaopkd-001-complete-009587`, `icaopkd-001-delta-009588`."""
MAX_FILE_BYTES: Final = 16 * 1024 * 1024
MAX_LDIF_BYTES: Final = 512 * 1024 * 1024
MAX_CERTIFICATE_BYTES: Final = 64 * 1024


@dataclass
class TrustFile:
    """What one file holds, each thing with where it stands. `authorities`: single country certificates. `signers`:
    certificates of document signers, raw, for documents that do not carry theirs. `changes`: the records of an
    LDIF file; only all such files together say what the directory holds (`directory`). `problems`: what was left out.
    `whole`: whether the file could be read to its end; entries that are bad do not spoil a directory."""

    name: str
    authorities: list[tuple[str, x509.Certificate]] = field(default_factory=list)
    lists: list[tuple[str, MasterList]] = field(default_factory=list)
    signers: list[tuple[str, bytes]] = field(default_factory=list)
    revocation_lists: list[tuple[str, RevocationList]] = field(default_factory=list)
    deviation_lists: list[tuple[str, DeviationList]] = field(default_factory=list)
    changes: list[tuple[str, ldif.Entry]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    whole: bool = True

    def attempt(self, where: str, action: Callable[[], None]) -> None:
        try:
            action()
        except IdentityDataError as error:
            self.problems.append(f"{where}: {error}")


def read(path: Path) -> TrustFile:
    """Never raises for what a file holds, nor for one that cannot be read: `problems` says so."""
    found = TrustFile(path.name)
    try:
        if path.suffix.lower() == LDIF_SUFFIX:
            _require_size(path, MAX_LDIF_BYTES)
            _read_directory(path, found)
        else:
            _require_size(path, MAX_FILE_BYTES)
            _take(path.suffix.lower(), path.name, path.read_bytes(), found)
    except (IdentityDataError, OSError) as error:
        found.problems.append(f"{path.name}: {error}")
        found.whole = False
    return found


def trust_paths(folder: Path) -> list[Path]:
    """The files of a folder that trust may come from, in the order of their names. Raises OSError."""
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]


def _require_size(path: Path, most: int) -> None:
    if path.stat().st_size > most:
        raise IdentityDataError("The file is too large.")


def _take(suffix: str, where: str, data: bytes, found: TrustFile) -> None:
    if suffix in MASTER_LIST_SUFFIXES:
        found.lists.append((where, parse_master_list(data)))
    elif suffix in DEVIATION_LIST_SUFFIXES:
        found.deviation_lists.append((where, parse_deviation_list(data)))
    elif suffix == REVOCATION_LIST_SUFFIX:
        found.revocation_lists.append((where, parse_revocation_list(data)))
    else:
        _take_certificates(where, data, found)


def _take_certificates(where: str, data: bytes, found: TrustFile) -> None:
    each = certificates_in(data)
    if not each:
        raise IdentityDataError("The file has no certificate in it.")
    if len(each) == 1:
        _take_certificate(where, each[0], found)
        return
    for number, octets in enumerate(each, 1):
        name = f"{where}, certificate {number}"
        found.attempt(name, partial(_take_certificate, name, octets, found))


def _take_certificate(where: str, octets: bytes, found: TrustFile) -> None:
    found.authorities.append((where, parse_certificate(octets)))


def _read_directory(path: Path, found: TrustFile) -> None:
    with path.open("rb") as lines:
        for number, entry in enumerate(ldif.entries(lines), 1):
            found.changes.append((f"{path.name}, entry {number} ({_country(entry.name)})", entry))


def directory(files: Iterable[TrustFile]) -> TrustFile:
    """What all LDIF files hold together: of each collection the newest complete download, then the changes after it in
    their order. `o=ml` holds master lists, `o=dsc` document signers, `o=crl` revocation lists."""
    found = TrustFile("directory")
    held = ldif.Directory()
    for file in _in_order([file for file in files if file.changes], found):
        for where, entry in file.changes:
            found.attempt(where, lambda where=where, entry=entry: held.apply(where, entry))  # type: ignore[misc]
    for where, entry in held:
        _take_entry(where, entry, found)
    return found


def offered(file: TrustFile) -> TrustFile:
    """All that an LDIF file brings by itself, changes included, so that it can be said who vouches for it."""
    found = TrustFile(file.name, problems=list(file.problems))
    for where, entry in file.changes:
        added = [one for one in entry.modifications if one.operation != "delete"]
        brought = {one.attribute: list(one.values) for one in added}
        _take_entry(where, ldif.Entry(entry.name, entry.attributes | brought), found)
    return found


def _in_order(files: list[TrustFile], found: TrustFile) -> list[TrustFile]:
    """By collection and number, as the PKD names its files; others by their names, each by itself. Those that a newer
    complete download has in it are left out, and told."""
    parsed = {file.name: _NUMBERED.fullmatch(Path(file.name).stem) for file in files}
    newest: dict[str, int] = {}
    for match in parsed.values():
        if match and match["kind"] == "complete":
            newest[match["collection"]] = max(int(match["number"]), newest.get(match["collection"], 0))
    kept: list[tuple[str, int, bool, TrustFile]] = []
    for file in files:
        match = parsed[file.name]
        if match is None:
            kept.append((file.name, 0, False, file))
            continue
        number, is_delta = int(match["number"]), match["kind"] == "delta"
        if number < newest.get(match["collection"], 0) or (is_delta and number == newest.get(match["collection"])):
            found.problems.append(f"{file.name}: a newer complete download has it; left out.")
            continue
        kept.append((match["collection"], number, is_delta, file))
    return [file for *_, file in sorted(kept, key=lambda one: one[:3])]


def _take_entry(where: str, entry: ldif.Entry, found: TrustFile) -> None:
    for kind, value in _values(entry):
        found.attempt(where, lambda kind=kind, value=value: kind(where, value, found))  # type: ignore[misc]


def _values(entry: ldif.Entry) -> Iterator[tuple[Callable[[str, bytes, TrustFile], None], bytes]]:
    for value in entry.values("pkdMasterListContent", "CscaMasterListData"):
        yield _list_entry, value
    for value in entry.values("userCertificate"):
        yield _signer_entry, value
    for value in entry.values("certificateRevocationList"):
        yield _revocation_entry, value
    for value in entry.values("cACertificate"):
        yield _authority_entry, value


def _list_entry(where: str, value: bytes, found: TrustFile) -> None:
    found.lists.append((where, parse_master_list(value)))


def _signer_entry(where: str, value: bytes, found: TrustFile) -> None:
    if len(value) > MAX_CERTIFICATE_BYTES:
        raise IdentityDataError("A certificate is too large.")
    found.signers.append((where, value))


def _revocation_entry(where: str, value: bytes, found: TrustFile) -> None:
    found.revocation_lists.append((where, parse_revocation_list(value)))


def _authority_entry(where: str, _value: bytes, found: TrustFile) -> None:
    found.problems.append(f"{where}: a single country certificate of a directory proves nothing and is left out.")


def _country(name: str) -> str:
    """The `c=` of a distinguished name."""
    parts = (part.strip() for part in name.split(","))
    found = next((part[2:] for part in parts if part[:2].lower() == "c="), "?")
    return "".join(letter for letter in found[:3] if letter.isalnum()) or "?"
