"""What the schema of the registration certificate ("Meldebescheinigung", section 18 BMG) cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from clerk_console.services.form import Reason, Rule

ID: Final = "registration-certificate"


def nothing_in_the_future(values: Mapping[str, str], today: date) -> dict[str, Reason]:
    """Nobody is born or registered after today."""
    dates = {name: values[name] for name in ("date_of_birth", "registered_since") if name in values}
    return {name: Reason.IN_FUTURE for name, value in dates.items() if date.fromisoformat(value) > today}


def registered_after_birth(values: Mapping[str, str], today: date) -> dict[str, Reason]:
    """Nobody is registered before being born."""
    since = values.get("registered_since")
    if since and date.fromisoformat(since) < date.fromisoformat(values["date_of_birth"]):
        return {"registered_since": Reason.BEFORE_BIRTH}
    return {}


RULES: Final[tuple[Rule, ...]] = (nothing_in_the_future, registered_after_birth)
