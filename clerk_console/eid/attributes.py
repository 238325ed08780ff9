"""What the eID function can say of a citizen: TR-03130's names of it, and the fields a case has for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Attribute(StrEnum):
    """An element of OperationsRequestorType and PersonalDataType (TR-03130-1, 3.3.3 and 3.3.7)."""

    DOCUMENT_TYPE = "DocumentType"
    ISSUING_STATE = "IssuingState"
    DATE_OF_EXPIRY = "DateOfExpiry"
    GIVEN_NAMES = "GivenNames"
    FAMILY_NAMES = "FamilyNames"
    ARTISTIC_NAME = "ArtisticName"
    ACADEMIC_TITLE = "AcademicTitle"
    DATE_OF_BIRTH = "DateOfBirth"
    PLACE_OF_BIRTH = "PlaceOfBirth"
    NATIONALITY = "Nationality"
    BIRTH_NAME = "BirthName"
    PLACE_OF_RESIDENCE = "PlaceOfResidence"


ATTRIBUTES: Final[frozenset[str]] = frozenset(Attribute)

FIELDS: Final = {
    Attribute.DOCUMENT_TYPE: "document_type",
    Attribute.ISSUING_STATE: "issuing_state",
    Attribute.DATE_OF_EXPIRY: "date_of_expiry",
    Attribute.GIVEN_NAMES: "given_names",
    Attribute.FAMILY_NAMES: "family_name",
    Attribute.ARTISTIC_NAME: "artistic_name",
    Attribute.ACADEMIC_TITLE: "academic_title",
    Attribute.DATE_OF_BIRTH: "date_of_birth",
    Attribute.PLACE_OF_BIRTH: "place_of_birth",
    Attribute.NATIONALITY: "nationality",
    Attribute.BIRTH_NAME: "birth_name",
}
"""Attributes of one value; the residence is several fields (see `personal_data`)."""
