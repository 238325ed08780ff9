/** The matter of one call: ID card, form, the citizen's confirmation, the document. Speaks with booth and back end. */
import * as api from "./api.ts";
import { isOpen, noCard, reported, step, type Fault } from "./card.ts";
import { noEid } from "./eid.ts";
import { noStill, StillRequests, type StillCase } from "./still.ts";
import { EidRequests, type EidCase } from "./eid-request.ts";
import type { ConsultationChannel, FromBooth } from "./consultation.ts";
import { defaults, faults, summary, tidy } from "./forms.ts";
import type { CardData, CardRequest, CardStatus, ChipKey, Chunk, DocumentStatus, SummaryAnswer, SummaryRequest } from "./generated/consultation.ts";
import { store, type CaseView } from "./state.ts";
import { chunks, Collection, sha256, toBase64, TransferError } from "./transfer.ts";
import { nearest, tIn } from "./words.ts";

/** Zone, portrait, further details, and the chip's keys (ICAO 9303-10, EF.DG1, 2, 11, 12, 14, 15). */
const GROUPS = [1, 2, 11, 12, 14, 15];
/** A transfer without a piece for this long has broken off. */
const STALLED_MS = 20_000;

export interface Matter {
  ticket: string;
  service: string;
  booth: string;
  language: string;
  /** A callback: nobody sits at the booth, there is no channel. */
  telephone?: boolean;
}

export class Casework {
  channel: ConsultationChannel | null = null;
  private readonly matter: Matter;
  private requests = 0;
  private cardAsked: (CardRequest & { challenge: string }) | null = null;
  private files: { data: CardData; collection: Collection } | null = null;
  private stall = 0;
  private summaryAsked: SummaryRequest | null = null;
  private documentRequest = 0;
  private over = false;
  private opening: Promise<unknown> = Promise.resolve();
  private view: CaseView;
  readonly eid: EidRequests;
  readonly still: StillRequests;

  constructor(matter: Matter, service: api.Service | null) {
    this.matter = matter;
    this.view = {
      record: null,
      service,
      card: noCard,
      eid: noEid,
      still: noStill,
      values: service ? defaults(service) : {},
      touched: new Set(),
      saved: false,
      errors: {},
      summary: "none",
      document: "none",
      busy: false,
    };
    this.set({});
    this.eid = new EidRequests(this.eidCase());
    this.still = new StillRequests(this.stillCase());
  }

  /** What a request for a still needs of this case. */
  private stillCase(): StillCase {
    const channel = () => this.channel;
    return {
      get channel() {
        return channel();
      },
      nextRequest: () => ++this.requests,
      show: (still) => this.set({ still }),
    };
  }

  /** What the eID function needs of this case. */
  private eidCase(): EidCase {
    const channel = () => this.channel;
    const caseId = () => this.view.record?.id ?? null;
    return {
      get channel() {
        return channel();
      },
      get caseId() {
        return caseId();
      },
      nextRequest: () => ++this.requests,
      show: (eid) => this.set({ eid }),
      identified: async () => {
        const id = caseId();
        if (id && !this.over) await this.attempt(async () => this.take(await api.readCase(id)));
      },
    };
  }

  /** Answers may come after the call has ended: they are kept here and shown no more. */
  private set(patch: Partial<CaseView>): void {
    this.view = { ...this.view, ...patch };
    if (!this.over) store.set({ work: this.view });
  }

  /** Open the case, or find it again after a reconnect. */
  async open(): Promise<void> {
    const { ticket, service, booth, language, telephone = false } = this.matter;
    const about = { ticket, service, booth, language, telephone };
    this.opening = this.attempt(async () => this.take(await api.openCase(about)));
    await this.opening;
  }

  /** The call has a new connection: say again what may have been lost with the old one. */
  goOnOver(channel: ConsultationChannel): void {
    this.channel = channel;
    this.repeatCard(channel);
    this.eid.goOnOver();
    this.still.goOnOver();
    const { summary: state, document } = this.view;
    if (this.summaryAsked && state === "asked") channel.send(this.summaryAsked);
    else if (this.summaryAsked && state === "cancelled")
      channel.send({ type: "summary_cancel", request: this.summaryAsked.request });
    if (document === "sending" || document === "sent") void this.sendAgain();
  }

  private repeatCard(channel: ConsultationChannel): void {
    const { card } = this.view;
    const { request, phase } = card;
    if (!this.cardAsked) return;
    if (phase === "verified" || phase === "not_verified") channel.send({ type: "card_verdict", request, verdict: phase });
    else if (isOpen(card) && phase !== "checking") {
      this.forgetFiles();
      this.set({ card: step(card, "ask_again") });
      channel.send(this.cardAsked);
    } else if (phase === "cancelled" || phase === "failed") channel.send({ type: "card_cancel", request });
  }

  receive(message: FromBooth): void {
    if (message.type === "card_status") this.cardStatus(message);
    else if (message.type === "chip_key") void this.chipKey(message);
    else if (message.type === "card_data") this.cardData(message);
    else if (message.type === "eid_status") this.eid.receive(message);
    else if (message.type === "still_status" || message.type === "still") this.still.receive(message);
    else if (message.type === "chunk" && !this.still.takes(message)) this.chunk(message);
    else if (message.type === "summary_answer") void this.summaryAnswer(message);
    else if (message.type === "document_status") this.documentStatus(message);
  }

  /** Ask the citizen for a document. What its chip will have to answer comes from the back end. */
  async askForCard(document: api.DocumentKind): Promise<void> {
    const { record } = this.view;
    if (!record) return;
    await this.attempt(async () => {
      const { challenge } = await api.challengeChip(record.id, document);
      this.sendCardRequest({ type: "card_request", request: ++this.requests, groups: GROUPS, document, challenge });
    });
  }

  private sendCardRequest(asked: CardRequest & { challenge: string }): void {
    const { request } = asked;
    if (!this.channel?.send(asked)) return;
    this.cardAsked = asked;
    const before = isOpen(this.view.card) ? step(this.view.card, "cancel") : this.view.card;
    this.files = null;
    this.set({ card: step(before, "ask", { request }) });
  }

  cancelCard(): void {
    const { card } = this.view;
    if (!isOpen(card) || card.phase === "checking") return;
    this.channel?.send({ type: "card_cancel", request: card.request });
    this.forgetFiles();
    this.set({ card: step(card, "cancel") });
  }

  change(field: string, value: string): void {
    const { errors, values, touched } = this.view;
    const { [field]: _, ...others } = errors;
    this.set({
      values: { ...values, [field]: value },
      touched: new Set([...touched, field]),
      errors: others,
      saved: false,
    });
    this.withdrawSummary();
  }

  /** Save the form; false when it is not yet right, then `errors` says where. */
  async save(): Promise<boolean> {
    const { service, values, record } = this.view;
    if (!service || !record) return false;
    const errors = faults(service, values);
    this.set({ errors });
    if (Object.keys(errors).length > 0) return false;
    return this.attempt(async () => {
      const saved = await api.saveForm(record.id, tidy(values));
      this.set({ record: saved, saved: true, errors: {} });
    });
  }

  /** The call stops before the matter is done: what has been typed is there again when it goes on. */
  async keepDraft(): Promise<void> {
    const { record, values, saved } = this.view;
    if (!record || record.state === "completed" || saved) return;
    await this.attempt(async () => this.set({ record: await api.keepDraft(record.id, tidy(values)) }));
  }

  /** Show the citizen the filled form, in the citizen's language, to confirm. */
  async askForConfirmation(): Promise<boolean> {
    if (!(await this.save())) return false;
    const { service, values } = this.view;
    if (!service) return false;
    const language = nearest(this.matter.language);
    const asked: SummaryRequest = {
      type: "summary_request",
      request: ++this.requests,
      title: tIn(language, `service-${service.id}`),
      fields: summary(service, values, language),
    };
    this.summaryAsked = asked;
    const sent = this.channel?.send(asked);
    if (sent) this.set({ summary: "asked" });
    return sent ?? false;
  }

  /** The citizen will come to a booth and say the case's number: what has been typed waits there. */
  async prepare(): Promise<boolean> {
    const { record, values } = this.view;
    if (!record) return false;
    return this.attempt(async () => {
      await api.keepDraft(record.id, tidy(values));
      this.set({ record: await api.prepareCase(record.id), saved: true, errors: {} });
    });
  }

  /** Fill the form from a case that was prepared by telephone; what the clerk has typed stays. */
  async adopt(number: string): Promise<boolean> {
    const { record } = this.view;
    if (!record) return false;
    this.withdrawSummary();
    return this.attempt(async () => this.take(await api.adoptCase(record.id, number)));
  }

  /** The clerk has read the form out and the citizen has said that it is right; the document is made. */
  async completeByTelephone(): Promise<boolean> {
    if (!(await this.save())) return false;
    const { record } = this.view;
    if (!record) return false;
    return this.attempt(async () => {
      await api.confirmation(record.id, "confirmed");
      this.take(await api.completeCase(record.id));
    });
  }

  withdrawSummary(): void {
    const { summary: state } = this.view;
    if (state === "asked" && this.summaryAsked)
      this.channel?.send({ type: "summary_cancel", request: this.summaryAsked.request });
    if (state !== "none") this.set({ summary: "cancelled" });
  }

  /** Close the case and show its document at the booth. */
  async complete(): Promise<void> {
    const { record } = this.view;
    if (!record) return;
    this.set({ document: "making" });
    const made = await this.attempt(async () => this.take(await api.completeCase(record.id)));
    if (made) await this.showDocument();
    else this.set({ document: "none" });
  }

  /** Send the document again, for example after it could not be shown. */
  async showDocument(): Promise<void> {
    this.documentRequest = ++this.requests;
    await this.sendAgain();
  }

  /** Under the same number: a booth that has the document already need not take it twice. */
  private async sendAgain(): Promise<void> {
    const { record } = this.view;
    if (!record?.document) return;
    const { channel } = this;
    const { title } = record.document;
    this.set({ document: "sending" });
    const sent = await this.attempt(async () => this.sendDocument(channel, title, await api.document(record.id)));
    // What a lost connection has cut short is sent again over the next one.
    const cutShort = sent && !channel?.open;
    if (this.view.document === "sending" && channel === this.channel && !cutShort)
      this.set({ document: sent ? "sent" : "failed" });
  }

  /** The call has ended without a result: nothing personal of it is kept. */
  async abandon(reason: string): Promise<void> {
    // A call can end while its case is still being opened.
    await this.opening;
    const { record } = this.view;
    if (record && record.state !== "completed" && record.state !== "prepared") await this.attempt(async () => void (await api.abandonCase(record.id, reason)));
  }

  close(): void {
    this.over = true;
    this.forgetFiles();
    this.still.forget();
    this.channel = null;
  }

  private cardStatus(status: CardStatus): void {
    const next = reported(this.view.card, status);
    if (next.phase === "declined" || next.phase === "failed") this.forgetFiles();
    if (next.phase === "sent") this.watchStall();
    this.set({ card: next });
  }

  /** The booth shows the chip's key and waits for what to put to it; without an answer it would wait in vain. */
  private async chipKey({ request, file }: ChipKey): Promise<void> {
    const { card, record } = this.view;
    const { channel, cardAsked } = this;
    if (!record || !cardAsked || request !== card.request || !isOpen(card) || card.phase === "checking") return;
    const { agreement } = await api.agreeWithChip(record.id, cardAsked.challenge, file).catch(() => ({ agreement: null }));
    channel?.send({ type: "chip_challenge", request, agreement });
  }

  private cardData(data: CardData): void {
    const { card } = this.view;
    if (data.request !== card.request || !isOpen(card) || card.phase === "checking") return;
    try {
      const collection = new Collection(data.files);
      if (new Set(data.files.map((file) => file.file)).size !== data.files.length)
        throw new TransferError("The same file twice.");
      this.files = { data, collection };
      this.watchStall();
    } catch {
      this.cardBroken("transfer_damaged");
    }
  }

  private chunk(chunk: Chunk): void {
    if (!this.files) return;
    try {
      if (!this.files.collection.add(chunk)) return;
      this.watchStall();
      if (this.files.collection.complete) void this.checkIdentity(this.files);
    } catch {
      this.cardBroken("transfer_damaged");
    }
  }

  private async checkIdentity({ data, collection }: NonNullable<Casework["files"]>): Promise<void> {
    this.forgetFiles();
    const { record, card } = this.view;
    if (!record || !this.cardAsked || data.request !== card.request) return;
    const { challenge } = this.cardAsked;
    const { access, proofs } = data;
    this.set({ card: step(card, "checks") });
    try {
      const parts = await collection.checked();
      const files = Object.fromEntries(data.files.map((f) => [f.file, toBase64(parts.get(f.transfer) ?? new Uint8Array())]));
      const identity = await api.identity(record.id, { access, files, challenge, proofs });
      const verdict = identity.verified ? "verified" : "not_verified";
      this.channel?.send({ type: "card_verdict", request: data.request, verdict });
      if (this.over) return;
      this.take(await api.readCase(record.id), identity);
      this.set({ card: step(this.view.card, identity.verified ? "passes" : "fails") });
    } catch (error) {
      this.channel?.send({ type: "card_verdict", request: data.request, verdict: "not_verified" });
      if (!this.over) this.cardBroken(faultOf(error));
    }
  }

  private watchStall(): void {
    window.clearTimeout(this.stall);
    this.stall = window.setTimeout(() => this.cardBroken("transfer_stalled"), STALLED_MS);
  }

  private forgetFiles(): void {
    window.clearTimeout(this.stall);
    this.files = null;
  }

  private cardBroken(fault: Fault): void {
    this.forgetFiles();
    const { card } = this.view;
    if (!isOpen(card)) return;
    if (card.phase !== "checking") this.channel?.send({ type: "card_cancel", request: card.request });
    this.set({ card: step(card, "breaks", { fault }) });
  }

  /** The back end's case; its values fill what the clerk has not typed. */
  private take(record: api.Case, identity: api.Identity | null = record.identity): void {
    const { values, touched } = this.view;
    const filled = { ...values };
    for (const [field, value] of Object.entries(record.values))
      if (!touched.has(field) && typeof value === "string") filled[field] = value;
    this.set({ record: { ...record, identity }, values: filled });
  }

  private async summaryAnswer({ request, answer }: SummaryAnswer): Promise<void> {
    const { record, summary: state } = this.view;
    if (!record || state !== "asked" || request !== this.summaryAsked?.request) return;
    this.set({ summary: answer });
    const kept = await this.attempt(async () => {
      this.set({ record: await api.confirmation(record.id, answer) });
    });
    if (!kept) this.set({ summary: "cancelled" });
  }

  private async sendDocument(
    channel: ConsultationChannel | null,
    title: string,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const request = this.documentRequest;
    const transfer = crypto.randomUUID();
    const announced = { transfer, size: data.length, sha256: await sha256(data) };
    channel?.send({ type: "document", request, title: title.slice(0, 200), ...announced });
    for (const chunk of chunks(transfer, data)) {
      await channel?.drain();
      if (channel !== this.channel || !channel?.send(chunk)) return;
    }
  }

  private documentStatus({ request, status }: DocumentStatus): void {
    if (request === this.documentRequest) this.set({ document: status });
  }

  /** Run a step with the back end; its refusal becomes a notice and, for the form, the errors at the fields. */
  private async attempt(action: () => Promise<void>): Promise<boolean> {
    store.dismiss("case");
    this.set({ busy: true });
    try {
      await action();
      return true;
    } catch (error) {
      const id = error instanceof api.ApiError ? error.error : "internal_error";
      if (error instanceof api.ApiError && id === "form_invalid") this.set({ errors: error.fields });
      else store.notify({ key: "case", kind: "danger", title: "case-step-failed", text: `error-${id}` });
      return false;
    } finally {
      this.set({ busy: false });
    }
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof TransferError) return "transfer_damaged";
  return "console_unreachable";
}
