"""Speech from the room to the clerk: without the echo of what the speaker plays, without noise, and loud enough."""

from media.speech.processing import Speech, SpeechFigures

__all__ = ["Speech", "SpeechFigures"]
