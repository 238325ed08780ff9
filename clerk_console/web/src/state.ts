/** What the console shows, in one place. Views read it and ask the desk; only `desk`, `casework` and `session` write it. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Case, Colleague, Contact, Service, Session } from "./api.ts";
import type { CardState } from "./card.ts";
import type { EidState } from "./eid.ts";
import type { StillState } from "./still.ts";
import type * as consultation from "./generated/consultation.ts";
import type * as switchboard from "./generated/switchboard.ts";
import type { Judgement, Sample } from "./quality.ts";
import type { LineState } from "./switchboard.ts";

export type Page = "desk" | "supervisor" | "cases" | "booths";

/** A message to the clerk that stays until dismissed or replaced by one with the same key; `title` and `text` name words. */
export interface Notice {
  key: string;
  kind: "info" | "success" | "warning" | "danger";
  title: string;
  text?: string;
  args?: Record<string, string>;
  /** Its `data-test` mark, where the key says too little. */
  test?: string;
}

/** A ticket held for this clerk; `deadline` and `received_at` as performance.now(). */
export interface HeldOffer {
  number: string;
  service: string;
  language: string;
  needs: string[];
  waited_s: number;
  region: string | null;
  site: string | null;
  appointment: boolean;
  /** Nobody sits at the booth: the clerk is to telephone. */
  callback: boolean;
  /** `join` or `transfer`: a colleague is in call with it and asks for this clerk. */
  purpose: NonNullable<switchboard.Offer["purpose"]>;
  guest_role: GuestRole | null;
  received_at: number;
  deadline: number | null;
}

/** As what somebody joins a call. */
export type GuestRole = NonNullable<switchboard.Call["guest_role"]>;

/** Where the peer connection stands. */
export type CallPhase = "preparing" | "sealing" | "offered" | "checking" | "connecting" | "standing";

export interface TextLine {
  /** `colleague`: whoever else is in the call. */
  from: "booth" | "clerk" | "colleague";
  line: number;
  text: string;
  done: boolean;
}

export interface CallView {
  ticket: string;
  service: string;
  language: string;
  needs: string[];
  booth: string;
  site: string;
  generation: number;
  phase: CallPhase;
  started_at: number;
  /** The booth is not heard any more and a new connection is being made. */
  reconnecting: boolean;
  /** Between the booth and everybody else nothing is seen or heard. */
  held: boolean;
  /** Whether the booth has its line to the switchboard. */
  booth_online: boolean;
  /** This clerk's own. Only the holder drives the consultation. */
  role: "holder" | "guest";
  guest_role: GuestRole | null;
  third: ThirdView | null;
  invitation: InvitationView | null;
  features: string[];
  /** How the booth says its devices are. */
  devices: Pick<consultation.DeviceStates, "camera" | "microphone" | "speaker" | "card_reader">;
  lines: TextLine[];
}

/** Whoever else is in the call: for its holder the guest, for the guest its holder. */
export interface ThirdView {
  leg: number;
  /** As the switchboard calls them; `name` is what their own end says. */
  clerk: string | null;
  name: string;
  /** Null for the holder. */
  guest_role: GuestRole | null;
  phase: CallPhase;
  reconnecting: boolean;
}

/** Somebody is looked for or asked. */
export interface InvitationView {
  state: "looking" | "offered";
  purpose: "join" | "transfer";
  clerk: string | null;
  role: GuestRole;
}

export type SummaryState = "none" | "asked" | "confirmed" | "changes" | "cancelled";
export type DocumentState = "none" | "making" | "sending" | "sent" | "shown" | "closed" | "failed";

export interface CaseView {
  record: Case | null;
  service: Service | null;
  card: CardState;
  eid: EidState;
  still: StillState;
  values: Record<string, string>;
  touched: ReadonlySet<string>;
  saved: boolean;
  errors: Record<string, string>;
  summary: SummaryState;
  document: DocumentState;
  busy: boolean;
}

/** Tickets as the switchboard told of them at `received_at` (performance.now()). */
export interface Queue {
  tickets: switchboard.QueueEntry[];
  received_at: number;
}

/** A citizen to be telephoned. */
export interface CallbackView {
  ticket: string;
  service: string;
  language: string;
  needs: string[];
  site: string;
  /** Where it was asked for; empty before the switchboard has told. */
  booth: string;
  /** So often it was tried before. */
  tries: number;
  /** Null before the back end has opened it. */
  contact: Contact | null;
  /** The error that kept it closed. */
  problem: string | null;
}

/** A call after its end: what wrap-up shows. */
export interface EndedCall {
  ticket: string;
  reason: switchboard.EndReason;
  record: Case | null;
  language: string;
}

/** How good the call is, and was in the latest two minutes. */
export interface CallQuality {
  samples: Sample[];
  judgement: Judgement;
}

export interface State {
  session: "asking" | "signed_out" | "signed_in";
  account: Session | null;
  page: Page;
  line: LineState;
  line_error: switchboard.ErrorId | "console_unreachable" | null;
  clerk: { state: switchboard.ClerkState; since: number; ticket: string | null };
  queue: Queue & { total: number };
  /** Those this clerk has parked. */
  parked: Queue;
  /** The clerk's own call for help. `request`: its id, once the switchboard has taken it. */
  help: { request: string | null; state: switchboard.HelpProgress } | null;
  /** Those of the supervisor's regions. */
  help_wanted: { requests: switchboard.HelpRequest[]; received_at: number };
  /** The people of the office, by what the switchboard calls them. */
  colleagues: Colleague[];
  offer: HeldOffer | null;
  /** A ticket the switchboard says is in this clerk's call, which this page knows nothing of (it was reloaded). */
  orphan: string | null;
  call: CallView | null;
  callback: CallbackView | null;
  work: CaseView | null;
  ended: EndedCall | null;
  quality: CallQuality | null;
  booth_figures: consultation.CallFigures | null;
  statistics: { message: switchboard.Statistics; received_at: number } | null;
  devices: { status: "asking" | "ready" | "denied" | "missing"; microphone_on: boolean; camera_on: boolean };
  sound_blocked: boolean;
  notices: Notice[];
}

const initial: State = {
  session: "asking",
  account: null,
  page: "desk",
  line: "off",
  line_error: null,
  clerk: { state: "offline", since: 0, ticket: null },
  queue: { tickets: [], total: 0, received_at: 0 },
  parked: { tickets: [], received_at: 0 },
  help: null,
  help_wanted: { requests: [], received_at: 0 },
  colleagues: [],
  offer: null,
  orphan: null,
  call: null,
  callback: null,
  work: null,
  ended: null,
  quality: null,
  booth_figures: null,
  statistics: null,
  devices: { status: "asking", microphone_on: true, camera_on: true },
  sound_blocked: false,
  notices: [],
};

type Listener = () => void;

export class Store {
  state: State = initial;
  private readonly listeners = new Set<Listener>();

  set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    for (const listener of this.listeners) listener();
  }

  setCall(patch: Partial<CallView>): void {
    if (this.state.call) this.set({ call: { ...this.state.call, ...patch } });
  }

  notify(notice: Notice): void {
    this.set({ notices: [...this.state.notices.filter((n) => n.key !== notice.key), notice] });
  }

  dismiss(...keys: string[]): void {
    if (this.state.notices.some((n) => keys.includes(n.key)))
      this.set({ notices: this.state.notices.filter((n) => !keys.includes(n.key)) });
  }

  /** Back to a page nobody is signed in to; only the chosen page stays. */
  reset(): void {
    this.set({ ...initial, session: "signed_out", page: this.state.page });
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export const store = new Store();

/** Renders its view again at every change of the store. */
export class Watch implements ReactiveController {
  private stop: (() => void) | null = null;
  private readonly host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.stop = store.listen(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.stop?.();
    this.stop = null;
  }
}
