"""Proof by content: the barcode clock and the tone, read from what Chromium shows and plays."""

from __future__ import annotations

import itertools
import json
from typing import Any

from media.testing.barcode import GEOMETRY
from scripts.clerk import Clerk

READ_NUMBERS = """
async ([selector, geometry, count]) => {
  const video = document.querySelector(selector);
  const canvas = document.createElement('canvas');
  const numbers = [];
  const read = () => {
    const width = canvas.width = video.videoWidth, height = video.videoHeight;
    const strip = height * geometry.strip_height;
    canvas.height = Math.ceil(strip);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, width, canvas.height, 0, 0, width, canvas.height);
    const { data } = context.getImageData(0, 0, width, canvas.height);
    const top = Math.floor(strip * geometry.sample_from), bottom = Math.round(strip * geometry.sample_to);
    const levels = [];
    for (let cell = 0; cell < geometry.cells; cell++) {
      const left = Math.round(width * (cell + geometry.sample_from) / geometry.cells);
      const right = Math.round(width * (cell + geometry.sample_to) / geometry.cells);
      let sum = 0, pixels = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) { sum += data[4 * (y * width + x) + 1]; pixels++; }
      }
      levels.push(sum / pixels);
    }
    const mean = cells => cells.reduce((total, cell) => total + levels[cell], 0) / cells.length;
    const white = mean(geometry.white_guards), black = mean(geometry.black_guards);
    if (white - black < geometry.minimum_contrast) return null;
    const bits = levels.map(level => level > (white + black) / 2 ? 1 : 0);
    const value = (start, length) => bits.slice(start, start + length).reduce((n, bit) => n * 2 + bit, 0);
    const number = value(geometry.value_start, geometry.value_bits);
    let crc = geometry.crc_initial;
    for (const byte of [number >>> 24, number >>> 16 & 255, number >>> 8 & 255, number & 255]) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc & 128 ? crc << 1 ^ geometry.crc_polynomial : crc << 1) & 255;
    }
    return crc === value(geometry.crc_start, geometry.crc_bits) ? number : null;
  };
  while (numbers.length < count) {
    await new Promise(resolve => video.requestVideoFrameCallback(resolve));
    numbers.push(read());
  }
  return numbers;
}
"""

LOUDEST_TONE = """
async ([selector, seconds]) => {
  const element = document.querySelector(selector);
  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  const levels = new Float32Array(analyser.frequencyBinCount);
  const sum = new Float64Array(levels.length);
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    await new Promise(resolve => setTimeout(resolve, 100));
    analyser.getFloatFrequencyData(levels);
    levels.forEach((level, bin) => { if (isFinite(level)) sum[bin] += 10 ** (level / 20); });
  }
  await context.close();
  const peak = sum.indexOf(Math.max(...sum));
  return { hz: peak * 48000 / 8192, share: sum[peak] / (sum.reduce((a, b) => a + b, 0) || 1) };
}
"""


async def numbers_shown(clerk: Clerk, mark: str, count: int) -> list[int | None]:
    """The barcode's number in each of the next `count` frames that a video element shows; None where unreadable."""
    geometry = json.loads(json.dumps(GEOMETRY.as_json()))
    numbers: list[int | None] = await clerk.page.evaluate(READ_NUMBERS, [f'[data-test="{mark}"]', geometry, count])
    return numbers


async def loudest_tone(clerk: Clerk, selector: str, seconds: float) -> dict[str, Any]:
    """`hz` of the strongest tone in a media element's sound and its `share` of the whole spectrum's amplitude."""
    found: dict[str, Any] = await clerk.page.evaluate(LOUDEST_TONE, [selector, seconds])
    return found


def steps(numbers: list[int | None], period: int) -> list[int]:
    """How far the clock went on from each readable frame to the next, modulo the film's `period` in frames."""
    readable = [number for number in numbers if number is not None]
    return [(after - before) % period for before, after in itertools.pairwise(readable)]
