"""Camera, microphone and speaker, each opened by a short text and each a file if need be."""

from media.devices.camera import Camera, CameraFrame, open_camera
from media.devices.faults import DeviceError
from media.devices.microphone import Microphone, open_microphone
from media.devices.speaker import Speaker, open_speaker

__all__ = [
    "Camera",
    "CameraFrame",
    "DeviceError",
    "Microphone",
    "Speaker",
    "open_camera",
    "open_microphone",
    "open_speaker",
]
