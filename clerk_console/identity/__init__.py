"""Passive authentication of the files a booth read from a chip (ICAO 9303-11, 5.1): what is proven and what is not.

Pure functions; the only thing read from disk are the CSCA certificates of a folder (`TrustAnchors.load`).

    identity = verify(files, anchors, today)
"""

from clerk_console.identity.anchors import TrustAnchors
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.model import Check, CheckResult, Holder, Identity, Portrait, Verdict
from clerk_console.identity.verification import verify

__all__ = [
    "Check",
    "CheckResult",
    "Holder",
    "Identity",
    "IdentityDataError",
    "Portrait",
    "TrustAnchors",
    "Verdict",
    "verify",
]
