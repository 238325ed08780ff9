"""What can go wrong between the console and the authority's eID-Server.

    EidServerError
      NoResultYet           the citizen is not done; ask again
      Refused               the eID-Server says no; `minor` is its result code (TR-03130-1, 3.4.1)
      Unreachable           no connection, no TLS, no answer in time, or an HTTP status that is no answer
        NotSent             there was no connection: it has not had our request
      AnswerMalformed       an answer that is not of TR-03130
      SignatureRefused      an answer that is not signed, or not by whom and when it has to be; says what to set
      FaultAnswered         a SOAP fault: most often, our own signature or certificate is not taken

No text holds anything of a citizen.
"""

from __future__ import annotations

from typing import Final

SECURITY_FAULTS: Final = frozenset(
    {
        "UnsupportedSecurityToken",
        "UnsupportedAlgorithm",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "FailedAuthentication",
        "FailedCheck",
        "SecurityTokenUnavailable",
        "MessageExpired",
    }
)


class EidServerError(Exception):
    """Base of all."""


class NoResultYet(EidServerError):
    pass


class Refused(EidServerError):
    def __init__(self, minor: str) -> None:
        super().__init__(f"The eID-Server refuses: {minor or 'without a reason'}.")
        self.minor = minor


class Unreachable(EidServerError):
    pass


class NotSent(Unreachable):
    pass


class AnswerMalformed(EidServerError):
    pass


class SignatureRefused(EidServerError):
    pass


class FaultAnswered(EidServerError):
    """`code`: the fault's, without its namespace (WSS: SOAP Message Security 1.1, 12)."""

    def __init__(self, code: str) -> None:
        advice = (
            "it does not take our signature: look at `signing_certificate` and `signing_key`, whether the provider "
            "knows that certificate, and at the clocks"
            if code in SECURITY_FAULTS
            else "it does not say more to us; the provider's log does"
        )
        super().__init__(f"The eID-Server answers with the SOAP fault {code}: {advice}.")
        self.code = code
