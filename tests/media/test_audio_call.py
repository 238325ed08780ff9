"""Sound over real sockets, aiortc to our reception."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from media.testing.tone import best_tone_level, read_wav, tone
from tests.media.lossy_call import listen
from tests.media.speech import opus, voice


async def test_lost_packets_are_recovered_in_a_call(devices: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    speaker = devices("speaker", path)
    made = await listen(speaker, opus(voice(4.0)), loss=0.1, seconds=3.0)
    speaker.close()
    assert made.recovered > 5 * 960
    assert made.recovered + made.played >= 0.9 * (made.recovered + made.played + made.concealed)
    assert made.skipped == made.bad == 0
    heard, _ = read_wav(path)
    assert np.abs(heard).max() > 3000


async def test_a_tone_arrives_whole_and_at_its_pitch(devices: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    speaker = devices("speaker", path)
    made = await listen(speaker, opus(tone(500, 2.0)), loss=0.0, seconds=1.5)
    speaker.close()
    assert made.recovered == 0
    samples, rate = read_wav(path)
    assert best_tone_level(samples, 500, rate) > 0.4
