/** The clerk's camera and microphone: opened once after sign-in, so that accepting a call need not wait for them. */

/** What the clerk chose on this workplace; remembered. Empty: the system's default device. */
export interface DeviceChoice {
  camera: string;
  microphone: string;
  /** Echo cancellation, noise suppression and gain control; off for headsets that do it themselves. */
  sound_processing: boolean;
}

const REMEMBERED = "fernamt.devices";

export function deviceChoice(): DeviceChoice {
  const standard: DeviceChoice = { camera: "", microphone: "", sound_processing: true };
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Partial<DeviceChoice>) };
  } catch {
    return standard;
  }
}

export function rememberDevices(choice: DeviceChoice): void {
  localStorage.setItem(REMEMBERED, JSON.stringify(choice));
}

function videoWishes(choice: DeviceChoice): MediaTrackConstraints {
  return {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
    ...(choice.camera && { deviceId: { ideal: choice.camera } }),
  };
}

function soundWishes(choice: DeviceChoice): MediaTrackConstraints {
  const on = choice.sound_processing;
  return {
    echoCancellation: on,
    noiseSuppression: on,
    autoGainControl: on,
    ...(choice.microphone && { deviceId: { ideal: choice.microphone } }),
  };
}

/** Picture and sound, or whichever of the two there is. Raises the DOMException of getUserMedia when there is neither. */
export async function openDevices(choice: DeviceChoice): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DOMException("No access outside a secure context.", "NotAllowedError");
  const [video, audio] = [videoWishes(choice), soundWishes(choice)];
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (both) {
    const parts = await Promise.allSettled([
      navigator.mediaDevices.getUserMedia({ audio }),
      navigator.mediaDevices.getUserMedia({ video }),
    ]);
    const tracks = parts.flatMap((part) => (part.status === "fulfilled" ? part.value.getTracks() : []));
    if (tracks.length === 0) throw both;
    stream = new MediaStream(tracks);
  }
  // A face speaking: when the path gets narrow, give up resolution before frames (EN 301 549 6.5).
  for (const track of stream.getVideoTracks()) track.contentHint = "motion";
  return stream;
}

export function stopDevices(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
