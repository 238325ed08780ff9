/** The booths of the authority, for operators: invite one with a code, see how far it has come, take it out of use. */
import { html, nothing, type TemplateResult } from "lit";
import * as api from "../api.ts";
import { boothLines, type BoothLine } from "../switchboard-rest.ts";
import { has, moment, t } from "../words.ts";
import "./audit.ts";
import { DialogView } from "./dialog.ts";
import { alert, badge, button, empty, loader, select } from "./parts.ts";

/** How often the list is asked for while somebody looks at it; a booth enrols itself at any time. */
const REFRESH_MS = 5000;
const kinds = { invited: "info", enrolled: "warning", registered: "success", revoking: "warning", revoked: "neutral" } as const;
const columns = ["id", "site", "state", "since", "line", "devices"] as const;
const networks = { ready: "success", limited: "warning", no_call: "danger" } as const;

export class BoothsView extends DialogView {
  private booths: api.Booth[] | null = null;
  /** How they are, by id; null while the switchboard has not told. */
  private lines: Map<string, BoothLine> | null = null;
  private linesError: string | null = null;
  private invited: api.Invited | null = null;
  private revoking: api.Booth | null = null;
  private error: string | null = null;
  private region = "";
  private busy = false;
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.timer = window.setInterval(() => void this.load(), REFRESH_MS);
  }

  override disconnectedCallback(): void {
    window.clearInterval(this.timer);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`<section class="wide stack" aria-labelledby="booths-title">
      <h1 class="kern-heading kern-heading-medium" id="booths-title">${t("booths-title")}</h1>
      <div role="alert">${this.error ? alert("danger", t(this.error), "", { test: "booths-error" }) : nothing}</div>
      ${this.form()}
      <div role="status">${this.invited ? this.code(this.invited) : nothing}</div>
      ${this.linesError ? alert("warning", t("booths-lines-failed"), t(this.linesError), { test: "booths-lines-error" }) : nothing}
      ${this.list()} ${this.open && this.revoking ? this.dialog(this.revoking) : nothing}
      <fernamt-audit></fernamt-audit>
    </section>`;
  }

  private form(): TemplateResult {
    const regions = this.state.account?.staff.regions ?? [];
    this.region ||= regions[0] ?? "";
    return html`<form class="choices booth-form" @submit=${(event: SubmitEvent) => void this.submit(event)}>
      ${this.field("id", "[a-z0-9][a-z0-9._\\-]{0,63}", t("booths-id-hint"))} ${this.field("site", ".{1,120}", "")}
      ${select("booths-region", t("booths-region"), regions.map((one) => [one, one]), this.region, (value) => (this.region = value))}
      <button class="kern-btn kern-btn--primary" data-test="booths-invite" ?disabled=${this.busy}>
        <span class="kern-label">${t("booths-invite")}</span>
      </button>
    </form>`;
  }

  private field(name: "id" | "site", pattern: string, hint: string): TemplateResult {
    return html`<div class="kern-form-input">
      <label class="kern-label kern-label--small" for="booths-${name}">${t(`booths-${name}`)}</label>
      <input
        class="kern-form-input__input"
        id="booths-${name}"
        name=${name}
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        required
        pattern=${pattern}
        title=${hint || nothing}
        data-test="booths-${name}"
      />
    </div>`;
  }

  /** Shown until the next one is made or the page is left: it cannot be had again. */
  private code({ booth, code }: api.Invited): TemplateResult {
    const text = html`<p class="booth-code digits" data-test="booths-code">${code}</p>
      <p>${t("booths-code-text", { until: moment(booth.code_expires_at ?? 0) })}</p>
      <p><code>fernamt-booth enrol --data … --console ${this.state.account?.issuer} --code ${code}</code></p>`;
    return alert("info", t("booths-code-title", { booth: booth.id }), text, {
      test: "booths-invited",
      dismiss: () => this.set({ invited: null }),
      dismissLabel: t("dismiss"),
    });
  }

  private list(): TemplateResult | typeof nothing {
    const { booths } = this;
    if (!booths) return this.error ? nothing : loader(t("loading"));
    if (booths.length === 0 && !this.lines?.size) return empty("booth", t("booths-empty"), t("booths-empty-text"), "booths-empty");
    const others = [...(this.lines?.values() ?? [])].filter((line) => !booths.some((one) => one.id === line.id));
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="booths-title">
      <table class="kern-table" data-test="booths-table">
        <thead>
          <tr class="kern-table__row">
            ${columns.map((name) => html`<th scope="col" class="kern-table__header">${t(`booths-${name}`)}</th>`)}
            <td class="kern-table__header"></td>
          </tr>
        </thead>
        <tbody>
          ${booths.map((one) => this.row(one))} ${others.map((line) => this.otherRow(line))}
        </tbody>
      </table>
    </div>`;
  }

  private row(one: api.Booth): TemplateResult {
    const invites = one.state === "invited" || one.state === "revoked";
    const revokes = one.state !== "revoked" && one.state !== "revoking";
    return html`<tr class="kern-table__row" data-test="booth-${one.id}" data-state=${one.state}>
      <th scope="row" class="kern-table__cell">${one.id}</th>
      <td class="kern-table__cell">${one.site} (${one.region})</td>
      <td class="kern-table__cell">
        ${badge(kinds[one.state], t(`booth-state-${one.state}`))}
        ${one.trouble ? html`<p class="kern-body kern-body--small">${t("booths-trouble", { trouble: one.trouble })}</p>` : nothing}
      </td>
      <td class="kern-table__cell digits">${moment(one.changed_at)}</td>
      ${this.health(this.lines?.get(one.id), one.state === "registered" || one.state === "enrolled")}
      <td class="kern-table__cell">
        ${invites ? button(t("booths-new-code"), () => void this.invite(one), { test: `invite-${one.id}`, disabled: this.busy }) : nothing}
        ${revokes ? button(t("booths-revoke"), () => this.ask(one), { test: `revoke-${one.id}`, disabled: this.busy }) : nothing}
      </td>
    </tr>`;
  }

  /** One that stands in the switchboard's directory: nothing can be done about it here. */
  private otherRow(line: BoothLine): TemplateResult {
    return html`<tr class="kern-table__row" data-test="booth-${line.id}" data-state="fixed">
      <th scope="row" class="kern-table__cell">${line.id}</th>
      <td class="kern-table__cell">${line.site} (${line.region})</td>
      <td class="kern-table__cell">${badge("neutral", t("booth-state-fixed"))}</td>
      <td class="kern-table__cell">–</td>
      ${this.health(line, true)}
      <td class="kern-table__cell"></td>
    </tr>`;
  }

  /** Whether it has its line, since when, and what is wrong with its devices. */
  private health(line: BoothLine | undefined, expected: boolean): TemplateResult {
    if (!line) return html`<td class="kern-table__cell">–</td><td class="kern-table__cell">–</td>`;
    const since = line.since === null ? t("booths-never-seen") : t(line.online ? "booths-told-at" : "booths-seen-at", { at: moment(line.since) });
    return html`<td class="kern-table__cell" data-test="line-${line.id}" data-online=${line.online}>
        ${badge(line.online ? "success" : expected ? "danger" : "neutral", t(line.online ? "booths-online" : "booths-offline"))}
        <p class="kern-body kern-body--small digits">${since}</p>
      </td>
      <td class="kern-table__cell" data-test="devices-${line.id}">${this.devices(line)}</td>`;
  }

  private devices({ devices, network }: BoothLine): TemplateResult {
    const known = Object.entries(devices).filter(([, state]) => state !== null && state !== undefined);
    if (known.length === 0 && !network) return html`–`;
    const wrong = known.filter(([, state]) => state !== "ok");
    return html`<div class="signs">
      ${wrong.map(([device, state]) => badge("danger", t("booths-device", { device: t(`part-${device}`), state: has(`condition-${state}`) ? t(`condition-${state}`) : state })))}
      ${known.length > 0 && wrong.length === 0
        ? badge("success", t("booths-devices-ok", { devices: known.map(([device]) => t(`part-${device}`)).join(", ") }))
        : nothing}
      ${network ? badge(networks[network], t(`booths-network-${network}`)) : nothing}
    </div>`;
  }

  private dialog(one: api.Booth): TemplateResult {
    return html`<dialog class="kern-dialog" aria-labelledby="revoke-title" data-test="revoke-dialog" @close=${() => this.shut()}>
      <header class="kern-dialog__header">
        <h2 class="kern-title kern-title--large" id="revoke-title">${t("revoke-title", { booth: one.id })}</h2>
      </header>
      <section class="kern-dialog__body"><p class="kern-body">${t("revoke-text")}</p></section>
      <footer class="kern-dialog__footer">
        ${button(t("end-cancel"), () => this.shut(), { test: "revoke-cancel" })}
        ${button(t("booths-revoke"), () => void this.revoke(one), { kind: "primary", test: "revoke-confirm", disabled: this.busy })}
      </footer>
    </dialog>`;
  }

  private ask(one: api.Booth): void {
    this.revoking = one;
    this.show();
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const wanted = { id: String(data.get("id")).trim(), region: this.region, site: String(data.get("site")).trim(), services: [] };
    if (await this.invite(wanted)) form.reset();
  }

  private invite({ id, region, site, services }: api.NewBooth): Promise<boolean> {
    return this.act(async () => this.set({ invited: await api.inviteBooth({ id, region, site, services }) }));
  }

  private async revoke(one: api.Booth): Promise<void> {
    await this.act(() => api.revokeBooth(one.id));
    this.shut();
  }

  /** Do it and look at what has become of the list; whether it could be done. */
  private async act(what: () => Promise<unknown>): Promise<boolean> {
    this.set({ busy: true, error: null });
    let error: string | null = null;
    try {
      await what();
    } catch (refused) {
      error = refused instanceof api.ApiError ? `error-${refused.error}` : "error-internal_error";
    }
    this.set({ busy: false });
    await this.load();
    if (error) this.set({ error });
    return error === null;
  }

  private async load(): Promise<void> {
    void this.loadLines();
    try {
      this.set({ booths: await api.booths(), error: null });
    } catch (error) {
      this.set({ error: error instanceof api.ApiError ? `error-${error.error}` : "error-internal_error" });
    }
  }

  /** Without the switchboard the page still shows what the console knows. */
  private async loadLines(): Promise<void> {
    try {
      const lines = await boothLines();
      this.set({ lines: new Map(lines.map((line) => [line.id, line])), linesError: null });
    } catch (error) {
      this.set({ linesError: error instanceof api.ApiError ? `error-${error.error}` : "error-internal_error" });
    }
  }

  private set(change: Record<string, unknown>): void {
    Object.assign(this, change);
    this.requestUpdate();
  }
}

customElements.define("fernamt-booths", BoothsView);
