"""What can go wrong between the console and the authority's eID-Server.

    EidServerError
      NoResultYet           the citizen is not done; ask again
      Refused               the eID-Server says no; `minor` is its result code (TR-03130-1, 3.4.1)
      Unreachable           no connection, no TLS, no answer in time, or an HTTP status that is no answer
      AnswerMalformed       an answer that is not of TR-03130

No text holds anything of a citizen.
"""

from __future__ import annotations


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


class AnswerMalformed(EidServerError):
    pass
