// One end of a call in a browser, and what it sees of it. All moments are milliseconds of the Unix clock; on one
// machine those of two browsers and a Python program are the same.
"use strict";

const fromPage = (moment) => performance.timeOrigin + moment;
const now = () => fromPage(performance.now());
const SERIES_MS = 200;
const LOOK_EVERY = 1000 / SERIES_MS;

let peer, local, geometry, connectedAt = null;
/** The console's own rule for its picture (narrow.ts), where the call is one of its. */
let rule = null, looks = 0;
let records;

function begin() {
  records = { captured: [], shown: [], encoded: [], series: [] };
}

async function open(settings) {
  geometry = settings.geometry;
  if (settings.narrow) rule = new (await import("./narrow.js")).PictureLimit(settings.narrow);
  begin();
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  local = await navigator.mediaDevices.getUserMedia({
    video: { width: 1280, height: 720, frameRate: 30 },
    audio: plain,
  });
  peer = new RTCPeerConnection({
    bundlePolicy: "max-bundle",
    encodedInsertableStreams: settings.encoded,
  });
  peer.onconnectionstatechange = () => {
    if (peer.connectionState === "connected") connectedAt ??= now();
  };
  peer.ontrack = ({ track, receiver }) => {
    const element = document.getElementById(track.kind);
    element.srcObject = new MediaStream([track]);
    if (track.kind === "video") watchShown(element);
    // Once asked for, nothing arrives that is not passed on.
    if (settings.encoded) void watchEncoded(receiver);
  };
  if (settings.offers) peer.createDataChannel("consultation");
  for (const track of local.getTracks()) peer.addTrack(track, local);
  watchCaptured(local.getVideoTracks()[0].clone());
  setInterval(() => void watchStatistics(), SERIES_MS);
}

async function gathered() {
  await new Promise((resolve) => {
    const look = () => peer.iceGatheringState === "complete" && resolve();
    peer.onicegatheringstatechange = look;
    look();
  });
  return peer.localDescription.sdp;
}

async function offer() {
  await peer.setLocalDescription();
  return gathered();
}

async function answer(sdp) {
  await peer.setRemoteDescription({ type: "offer", sdp });
  await peer.setLocalDescription();
  return gathered();
}

const finish = (sdp) => peer.setRemoteDescription({ type: "answer", sdp });

/** Bits a second of the picture at most. `steady`: it stays as big and as fast as it is, whatever happens. */
async function limit(maxBitrate, steady) {
  for (const sender of peer.getSenders()) {
    if (sender.track?.kind !== "video") continue;
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrate;
    if (steady) parameters.degradationPreference = "maintain-framerate-and-resolution";
    await sender.setParameters(parameters);
  }
}

/** When each picture of the camera was there for the encoder. */
async function watchCaptured(track) {
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    const at = now();
    const number = await numberIn(frame);
    if (number !== null) records.captured.push([number, at]);
  }
}

/**
 * When each picture of the other end was painted. `presentationTime` would not do: it is sooner than the screen's next
 * turn where a stream asks for no delay, and the turn itself where it does not.
 */
function watchShown(video) {
  const shown = async (_, { mediaTime, width, height }) => {
    const at = now();
    video.requestVideoFrameCallback(shown);
    const frame = new VideoFrame(video);
    // The picture may have been replaced since; then the time is known, and not the number.
    const same = Math.abs(frame.timestamp / 1e6 - mediaTime) < 1e-3;
    const entry = [null, at, width, height];
    records.shown.push(entry);
    entry[0] = await numberIn(frame, !same);
  };
  video.requestVideoFrameCallback(shown);
}

/** Kind and size of each encoded picture that arrives. */
async function watchEncoded(receiver) {
  const { readable, writable } = receiver.createEncodedStreams();
  const note = (frame, controller) => {
    if (frame.type) records.encoded.push([now(), frame.type === "key", frame.data.byteLength]);
    controller.enqueue(frame);
  };
  await readable.pipeThrough(new TransformStream({ transform: note })).pipeTo(writable);
}

async function watchStatistics() {
  if (peer.connectionState !== "connected") return;
  const entry = { at: now() };
  const played = {};
  let available = null;
  for (const report of (await peer.getStats()).values()) {
    if (report.type === "outbound-rtp" && report.kind === "video") {
      entry.sent_bytes = report.bytesSent;
      entry.target_bitrate = report.targetBitrate;
      entry.sent_frames = report.framesSent;
      entry.sent_height = report.frameHeight;
      entry.sent_key_frames = report.keyFramesEncoded;
    } else if (report.type === "inbound-rtp" && report.kind === "video") {
      played.picture = report.estimatedPlayoutTimestamp;
      entry.bytes = report.bytesReceived;
      entry.frames = report.framesDecoded;
      entry.height = report.frameHeight;
      entry.key_frames = report.keyFramesDecoded;
    } else if (report.type === "inbound-rtp" && report.kind === "audio") {
      played.sound = report.estimatedPlayoutTimestamp;
      entry.samples = report.totalSamplesReceived;
      // What is made up while the other end says that it is silent, is no loss.
      entry.made_up_samples = report.concealedSamples - report.silentConcealedSamples;
    } else if (report.type === "candidate-pair" && report.nominated) {
      available = report.availableOutgoingBitrate ?? null;
    }
  }
  if (rule && ++looks % LOOK_EVERY === 0 && rule.look(available)) void limit(rule.limit, false);
  // Of the picture that is shown now and the sound that is heard now, in seconds by the sender's clock.
  if (played.picture && played.sound) entry.sync_offset = (played.picture - played.sound) / 1000;
  records.series.push(entry);
}

/** The barcode's number (media/testing/barcode.py) in a VideoFrame, which is closed. */
async function numberIn(frame, spoilt = false) {
  try {
    if (spoilt || frame.format === null) return null;
    const { x, y, width, height } = frame.visibleRect;
    const rect = { x, y, width, height: Math.ceil((height * geometry.strip_height) / 2) * 2 };
    const data = new Uint8Array(frame.allocationSize({ rect }));
    const [{ offset, stride }] = await frame.copyTo(data, { rect });
    // The first plane is luma; of a picture in RGB the step is four bytes, and green comes second.
    const rgb = /^(RGB|BGR)/.test(frame.format);
    return numberOf((column, row) => data[offset + row * stride + (rgb ? 4 * column + 1 : column)], width, height);
  } finally {
    frame.close();
  }
}

function numberOf(level, width, height) {
  const { cells, sample_from: from, sample_to: to } = geometry;
  const strip = height * geometry.strip_height;
  const rows = [Math.floor(strip * from), Math.max(Math.floor(strip * from) + 1, Math.round(strip * to))];
  const levels = [];
  for (let cell = 0; cell < cells; cell++) {
    const right = Math.round((width * (cell + to)) / cells);
    let sum = 0, count = 0;
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let column = Math.round((width * (cell + from)) / cells); column < right; column++, count++) {
        sum += level(column, row);
      }
    }
    levels.push(sum / count);
  }
  const mean = (guards) => guards.reduce((sum, cell) => sum + levels[cell], 0) / guards.length;
  const white = mean(geometry.white_guards), black = mean(geometry.black_guards);
  if (white - black < geometry.minimum_contrast) return null;
  const value = (start, length) =>
    levels.slice(start, start + length).reduce((number, one) => number * 2 + (one > (white + black) / 2 ? 1 : 0), 0);
  const number = value(geometry.value_start, geometry.value_bits);
  let crc = geometry.crc_initial;
  for (const shift of [24, 16, 8, 0]) {
    crc ^= (number >>> shift) & 255;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 128 ? (crc << 1) ^ geometry.crc_polynomial : crc << 1) & 255;
  }
  return crc === value(geometry.crc_start, geometry.crc_bits) ? number : null;
}
