// The other ends of the call for tests of the console's screens: peer connections in the same page, with a drawn picture
// and a tone. `booth` answers; `colleague` answers or, as a guest, offers. What they hear goes to the test through
// `boothHeard` and `colleagueHeard`.
function makeEnd(greeting, heard, wall) {
  const booth = { connection: null, channel: null, beats: 0 };
  let timer = 0;

  function picture() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 360];
    const paint = canvas.getContext("2d");
    paint.scale(0.5, 0.5);
    let frame = 0;
    timer = setInterval(() => {
      frame += 1;
      paint.fillStyle = wall;
      paint.fillRect(0, 0, 1280, 720);
      paint.fillStyle = "#8fa3b3";
      paint.fillRect(0, 560, 1280, 160);
      paint.fillStyle = "#4b5d78";
      paint.beginPath();
      paint.ellipse(640, 740, 300, 290, 0, 0, 7);
      paint.fill();
      paint.fillStyle = "#e3b996";
      paint.beginPath();
      paint.ellipse(640, 300 + 4 * Math.sin(frame / 15), 120, 155, 0, 0, 7);
      paint.fill();
      paint.fillStyle = "#5d4632";
      paint.beginPath();
      paint.ellipse(640, 200 + 4 * Math.sin(frame / 15), 128, 85, 0, Math.PI, 0);
      paint.fill();
    }, 33);
    return canvas.captureStream(30);
  }

  function tone() {
    const context = new AudioContext();
    const target = context.createMediaStreamDestination();
    const gain = new GainNode(context, { gain: 0.3 });
    const oscillator = new OscillatorNode(context, { frequency: 440 });
    oscillator.connect(gain).connect(target);
    oscillator.start();
    return target.stream;
  }

  function use(channel) {
    booth.channel = channel;
    channel.onmessage = ({ data }) => heard(data);
    channel.onopen = () => {
      booth.silent = false;
      booth.send({ type: "greeting", version: 1, ...greeting });
      setInterval(() => booth.silent || booth.send({ type: "heartbeat", n: ++booth.beats, echo: null }), 250);
    };
  }

  function connect() {
    // The old connection of an earlier generation goes once the new one stands, as in a real booth.
    const earlier = booth.connection;
    const connection = (booth.connection = new RTCPeerConnection());
    connection.onconnectionstatechange = () => connection.connectionState === "connected" && earlier?.close();
    // One stream, as a real booth sends: only then does the browser keep picture and sound together.
    const stream = new MediaStream([...picture().getTracks(), ...tone().getTracks()]);
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    return connection;
  }

  async function gathered(connection) {
    await connection.setLocalDescription();
    if (connection.iceGatheringState !== "complete")
      await new Promise((done) => {
        connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && done();
      });
    return connection.localDescription.sdp;
  }

  booth.answer = async (sdp) => {
    const connection = connect();
    connection.ondatachannel = ({ channel }) => use(channel);
    await connection.setRemoteDescription({ type: "offer", sdp });
    return gathered(connection);
  };
  booth.offer = async () => {
    const connection = connect();
    use(connection.createDataChannel("consultation"));
    return gathered(connection);
  };
  booth.accept = (sdp) => booth.connection.setRemoteDescription({ type: "answer", sdp });
  booth.send = (message) => {
    if (booth.channel?.readyState === "open")
      booth.channel.send(typeof message === "string" ? message : JSON.stringify(message));
  };
  // As if the path were gone: no message, no picture, no sound; nobody closes anything.
  booth.fallSilent = async () => {
    booth.silent = true;
    for (const sender of booth.connection.getSenders()) await sender.replaceTrack(null);
  };
  booth.hangUp = () => {
    clearInterval(timer);
    booth.connection?.close();
  };
  return booth;
}

window.makeEnd = makeEnd;
window.booth = makeEnd(
  { name: "Gemeindehaus Elbtal", features: ["card", "document", "eid", "still", "text"] },
  (data) => window.boothHeard(data),
  "#c8d3dc",
);
window.colleague = makeEnd({ name: "Omar Haddad, Bürgeramt Elbtal", features: ["text"] }, (data) => window.colleagueHeard(data), "#d9cdb8");
