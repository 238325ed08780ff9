"""What an authority believes of an identity document a booth read: what is proven and what is not.

Passive authentication of the files (ICAO 9303-11, 5.1), and the proofs of the chip that it is no copy (6, 4.4). Pure
functions; the only thing read from disk are the certificates of a folder (`TrustAnchors.load`).

    identity = verify(files, anchors, today, evidence)
"""

from clerk_console.identity.anchors import TrustAnchors
from clerk_console.identity.chip_authenticity import ActiveProof, AgreementProof, Evidence, MappingProof
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.model import Check, CheckResult, Holder, Identity, Portrait, Reason, Verdict
from clerk_console.identity.verification import verify

__all__ = [
    "ActiveProof",
    "AgreementProof",
    "Check",
    "CheckResult",
    "Evidence",
    "Holder",
    "Identity",
    "IdentityDataError",
    "MappingProof",
    "Portrait",
    "Reason",
    "TrustAnchors",
    "Verdict",
    "verify",
]
