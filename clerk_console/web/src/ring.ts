/** What makes an offer noticed: a soft ringing melody, and the page's title in turns. */

/** Two rising fifths, a pause: seconds from the start, hertz. */
const melody: [number, number][] = [[0, 523.25], [0.22, 783.99], [0.7, 587.33], [0.92, 880]];
const REPEAT_MS = 2_400;
const TITLE_MS = 900;
const gestures = ["pointerdown", "keydown"] as const;

export class Ring {
  private context: AudioContext | null = null;
  private timers: number[] = [];
  private title = "";
  private readonly onBlocked: (blocked: boolean) => void;

  constructor(onBlocked: (blocked: boolean) => void) {
    this.onBlocked = onBlocked;
  }

  /** Browsers keep quiet until the first gesture on the page: call this at start, and it waits for one. */
  arm(): void {
    if (this.context) return;
    this.context = new AudioContext();
    this.context.onstatechange = () => this.onBlocked(this.context?.state === "suspended");
    this.onBlocked(this.context.state === "suspended");
    for (const gesture of gestures) window.addEventListener(gesture, this.resume, { passive: true });
  }

  disarm(): void {
    this.stop();
    for (const gesture of gestures) window.removeEventListener(gesture, this.resume);
    void this.context?.close();
    this.context = null;
  }

  private readonly resume = (): void => {
    if (this.context?.state === "suspended") void this.context.resume();
  };

  start(title: string): void {
    this.stop();
    this.title = document.title;
    this.play();
    this.timers.push(window.setInterval(() => this.play(), REPEAT_MS));
    let shown = false;
    this.timers.push(
      window.setInterval(() => {
        shown = !shown;
        document.title = shown ? title : this.title;
      }, TITLE_MS),
    );
  }

  stop(): void {
    if (this.timers.length === 0) return;
    for (const timer of this.timers.splice(0)) window.clearInterval(timer);
    document.title = this.title;
  }

  /** One round of the melody. */
  play(): void {
    const context = this.context;
    if (!context || context.state !== "running") return;
    for (const [after, hertz] of melody) {
      const start = context.currentTime + after;
      const tone = new OscillatorNode(context, { type: "sine", frequency: hertz });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.22, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, start + 0.42);
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.45);
    }
  }
}
