"""What can be wrong with a device, for the operator's screen and the log."""

from __future__ import annotations

from enum import StrEnum


class DeviceFault(StrEnum):
    """`gone`: it worked and was pulled out; `silent`: it is open and delivers nothing."""

    NOT_FOUND = "not_found"
    CANNOT_OPEN = "cannot_open"
    GONE = "gone"
    SILENT = "silent"
    NO_AUDIO_SYSTEM = "no_audio_system"


class DeviceError(Exception):
    """A device that does not work; `fault` is stable, `device` the text it was opened with."""

    def __init__(self, fault: DeviceFault, device: str, text: str) -> None:
        super().__init__(text)
        self.fault = fault
        self.device = device
