"""Whether the chip is the one the state issued, or a copy of its files: the verdict over all the proofs it gave.

A proof counts under a key the state signed only: DG14 and DG15 must be what EF.SOD says, and EF.SOD be proven itself.
What a chip could prove, EF.SOD tells; a copy that keeps silent is therefore no old document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from clerk_console.identity.active_authentication import is_response_to, parse_dg15
from clerk_console.identity.chip_authentication import Agreement, offers_chip_authentication
from clerk_console.identity.chip_mapping import is_mapping_of, parse_card_security
from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError
from clerk_console.identity.model import Method, ProofResult, Reason, Verdict
from clerk_console.identity.security_infos import ChipSecurity, parse_dg14
from clerk_console.identity.signed_data import SignedData
from clerk_console.identity.sod import SecurityObject

DG14: Final = 14
DG15: Final = 15
REFUSAL_BYTES: Final = 2

Judgement = tuple[Verdict, Reason | None]
PASSED: Final[Judgement] = (Verdict.PASSED, None)


@dataclass(frozen=True, slots=True)
class ActiveProof:
    """`response`: the chip's signature, empty where it refused."""

    response: bytes


@dataclass(frozen=True, slots=True)
class AgreementProof:
    """`response`: the protected response, or the bare status word of a refusal."""

    response: bytes


@dataclass(frozen=True, slots=True)
class MappingProof:
    mapping_key: bytes
    data: bytes
    card_security: bytes


Proof = ActiveProof | AgreementProof | MappingProof


@dataclass(frozen=True, slots=True)
class Evidence:
    """The proofs of one reading, and what the console asked for it. `challenge`: its eight bytes, `agreement` its key
    agreement; None where it asked nothing, or nothing that is still open."""

    proofs: tuple[Proof, ...] = ()
    challenge: bytes | None = None
    agreement: Agreement | None = None


NO_EVIDENCE: Final = Evidence()


class ChipProofs:
    """The verdicts over one chip. `groups`: raw files by number. `is_proven`: whether EF.SOD is the state's.
    `vouched`: whether a structure signed beside it, EF.CardSecurity, is a state's too."""

    def __init__(
        self,
        security_object: SecurityObject | None,
        groups: Mapping[int, bytes],
        evidence: Evidence,
        is_proven: bool,
        vouched: Callable[[SignedData], Verdict],
    ) -> None:
        self._security_object = security_object
        self._groups = groups
        self._evidence = evidence
        self._is_proven = is_proven
        self._vouched = vouched
        self._security, self._security_judgement = self._chip_security()

    def results(self) -> tuple[ProofResult, ...]:
        """One for each proof that came, in its order."""
        results = []
        for proof in self._evidence.proofs:
            try:
                method, judgement = self._judge(proof)
            except AlgorithmUnsupported:
                method, judgement = _method(proof), (Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED)
            except IdentityDataError:
                method, judgement = _method(proof), (Verdict.FAILED, Reason.PROOF_WRONG)
            results.append(ProofResult(method, *judgement))
        return tuple(results)

    def judgement(self, results: tuple[ProofResult, ...]) -> Judgement:
        """All together: one wrong proof fails, one right proof passes, a refusal is only excused by a right one."""
        if self._security_object is None:
            return Verdict.ABSENT, Reason.NOT_READ
        if wrong := [
            one for one in results if one.verdict is Verdict.FAILED and one.reason is not Reason.CHIP_REFUSED
        ]:
            return wrong[0].verdict, wrong[0].reason
        if any(one.verdict is Verdict.PASSED for one in results):
            return PASSED
        for verdict in (Verdict.FAILED, Verdict.UNSUPPORTED, Verdict.ABSENT):
            if found := [one for one in results if one.verdict is verdict]:
                return found[0].verdict, found[0].reason
        return self._without_proof()

    def _without_proof(self) -> Judgement:
        """Nothing was proven: because the chip has no key, or because none was used."""
        if not self._is_proven:
            return Verdict.ABSENT, Reason.KEY_NOT_PROVEN
        hashes = self._security_object.hashes if self._security_object else {}
        if DG15 in hashes:
            return Verdict.ABSENT, Reason.PROOF_MISSING
        if DG14 not in hashes:
            return Verdict.ABSENT, Reason.CHIP_HAS_NO_KEY
        if self._security is None:
            missing = self._security_judgement[1] is Reason.GROUPS_MISSING
            return (Verdict.ABSENT, Reason.PROOF_MISSING) if missing else self._security_judgement
        has_key = offers_chip_authentication(self._security)
        return Verdict.ABSENT, Reason.PROOF_MISSING if has_key else Reason.CHIP_HAS_NO_KEY

    def _judge(self, proof: Proof) -> tuple[Method, Judgement]:
        if isinstance(proof, ActiveProof):
            return Method.ACTIVE_AUTHENTICATION, self._active(proof)
        if isinstance(proof, AgreementProof):
            return Method.CHIP_AUTHENTICATION, self._agreement(proof)
        return Method.PACE_CAM, self._mapping(proof)

    def _group(self, number: int) -> Judgement:
        """Whether the file of the chip's key is the one the state signed."""
        if self._security_object is None or not self._is_proven:
            return Verdict.ABSENT, Reason.KEY_NOT_PROVEN
        if number not in self._groups:
            return Verdict.ABSENT, Reason.GROUPS_MISSING
        covered = self._security_object.covers(number, self._groups[number])
        if covered is None:
            return Verdict.FAILED, Reason.GROUP_NOT_SIGNED
        return PASSED if covered else (Verdict.FAILED, Reason.GROUP_HASH_WRONG)

    def _chip_security(self) -> tuple[ChipSecurity | None, Judgement]:
        """DG14, once its hash is right."""
        try:
            judgement = self._group(DG14)
            return (parse_dg14(self._groups[DG14]), PASSED) if judgement == PASSED else (None, judgement)
        except AlgorithmUnsupported:
            return None, (Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED)
        except IdentityDataError:
            return None, (Verdict.FAILED, Reason.CHIP_KEY_MALFORMED)

    def _active(self, proof: ActiveProof) -> Judgement:
        challenge = self._evidence.challenge
        if challenge is None:
            return Verdict.FAILED, Reason.CHALLENGE_UNKNOWN
        if (judgement := self._group(DG15)) != PASSED:
            return judgement
        if not proof.response:
            return Verdict.FAILED, Reason.CHIP_REFUSED
        digest = self._security.active_authentication_digest if self._security else None
        right = is_response_to(parse_dg15(self._groups[DG15]), challenge, proof.response, digest=digest)
        return PASSED if right else (Verdict.FAILED, Reason.PROOF_WRONG)

    def _agreement(self, proof: AgreementProof) -> Judgement:
        agreement = self._evidence.agreement
        if agreement is None:
            return Verdict.FAILED, Reason.CHALLENGE_UNKNOWN
        if self._security is None:
            return self._security_judgement
        # The key the console agreed with came before EF.SOD did: only now is it known to be the state's.
        if agreement.key not in [one.key for one in self._security.keys]:
            return Verdict.FAILED, Reason.PROOF_WRONG
        if len(proof.response) <= REFUSAL_BYTES:
            return Verdict.FAILED, Reason.CHIP_REFUSED
        return PASSED if agreement.is_answered_by(proof.response) else (Verdict.FAILED, Reason.PROOF_WRONG)

    def _mapping(self, proof: MappingProof) -> Judgement:
        """Right or wrong, it proves nothing to the console; wrong, it still accuses."""
        signed, keys = parse_card_security(proof.card_security)
        if not is_mapping_of(keys, proof.mapping_key, proof.data):
            return Verdict.FAILED, Reason.PROOF_WRONG
        verdict = self._vouched(signed)
        if verdict is Verdict.FAILED:
            return Verdict.FAILED, Reason.SIGNATURE_WRONG
        if verdict is not Verdict.PASSED or not self._is_proven:
            return Verdict.ABSENT, Reason.KEY_NOT_PROVEN
        return Verdict.ABSENT, Reason.PROVEN_TO_BOOTH_ONLY


def _method(proof: Proof) -> Method:
    kinds = {
        ActiveProof: Method.ACTIVE_AUTHENTICATION,
        AgreementProof: Method.CHIP_AUTHENTICATION,
        MappingProof: Method.PACE_CAM,
    }
    return kinds[type(proof)]
