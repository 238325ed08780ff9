// Statistics of the browser that do not depend on how busy the machine is: a good call, but for what `steady` says.
(() => {
  window.steady = {};
  RTCPeerConnection.prototype.getStats = async function () {
    const s = { fps: 30, width: 1280, height: 720, loss: 0, freezing: 0, concealing: 0, buffer_ms: 40, offset_ms: 0, bitrate: 1e6, limited: "none", ...window.steady };
    // In steps in which a whole number of pictures and packets comes, so that any two looks find the same rate.
    const at = Math.floor(performance.now() / 100) * 100;
    const t = at / 1000;
    const packets = Math.round(t * 150);
    const reports = [
      {
        type: "inbound-rtp", kind: "video", timestamp: at, framesDecoded: Math.round(t * s.fps), framesPerSecond: s.fps,
        frameWidth: s.width, frameHeight: s.height, freezeCount: s.freezing ? Math.floor(t) : 0,
        totalFreezesDuration: t * s.freezing, jitter: 0.002, estimatedPlayoutTimestamp: at + s.offset_ms,
        packetsReceived: packets * (1 - s.loss), packetsLost: packets * s.loss,
      },
      {
        type: "inbound-rtp", kind: "audio", timestamp: at, packetsReceived: packets * (1 - s.loss), packetsLost: packets * s.loss,
        jitter: 0.001, totalSamplesDuration: t, totalSamplesReceived: t * 48000, concealedSamples: t * 48000 * s.concealing,
        silentConcealedSamples: 0, jitterBufferDelay: t * 48000 * (s.buffer_ms / 1000), jitterBufferEmittedCount: t * 48000,
        totalAudioEnergy: t, audioLevel: 0.1, estimatedPlayoutTimestamp: at,
      },
      { type: "outbound-rtp", kind: "video", qualityLimitationReason: s.limited, framesPerSecond: 30, frameWidth: 1280, frameHeight: 720 },
      { type: "media-playout", totalPlayoutDelay: t * 48000 * 0.02, totalSamplesCount: t * 48000 },
      { type: "transport", bytesReceived: (t * s.bitrate) / 8 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.02 },
    ];
    return new Map(reports.map((report, index) => [String(index), report]));
  };
})();
