/** What was done, by whom and when: the audit logs of console and switchboard, for operators. */
import { html, nothing, type TemplateResult } from "lit";
import { ApiError } from "../api.ts";
import { END, page, table, type Act, type Log, type Wanted } from "../audit.ts";
import { has, moment, t } from "../words.ts";
import { alert, button, empty, loader, select } from "./parts.ts";
import { View } from "./view.ts";

/** What can be looked for, by log. */
const acts: Record<Log, readonly string[]> = {
  console: [
    "booth_invited",
    "booth_enrolled",
    "booth_registered",
    "booth_revoked",
    "booth_unregistered",
    "key_rotated",
    "csca_added",
    "csca_removed",
    "csca_loaded",
    "staff_added",
    "staff_changed",
    "staff_removed",
    "password_set",
  ],
  switchboard: ["booth_registered", "booth_revoked", "directory_changed", "call_joined", "help_asked", "help_taken", "help_closed"],
};
const columns = ["at", "actor", "act", "subject", "result"] as const;

export class AuditView extends View {
  private log: Log = "console";
  private act = "";
  private actor = "";
  private subject = "";
  /** Where each page up to the shown one begins. */
  private begins = [END];
  private found: { acts: Act[]; older: boolean } | null = null;
  private error: string | null = null;
  private asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    return html`<section class="stack calls" aria-labelledby="audit-title">
      <header>
        <h2 class="kern-heading kern-heading-medium" id="audit-title">${t("audit-title")}</h2>
        <p class="kern-body kern-body--muted">${t("audit-text")}</p>
      </header>
      <form class="choices" @submit=${(event: SubmitEvent) => this.search(event)}>
        ${select("audit-log", t("audit-log"), (["console", "switchboard"] as const).map((one) => [one, t(`audit-log-${one}`)]), this.log, (value) => this.choose(value as Log))}
        ${select("audit-act", t("audit-act"), [["", t("audit-all")], ...acts[this.log].map((one): [string, string] => [one, actText(one)])], this.act, (value) => {
          this.act = value;
          this.restart();
        })}
        ${this.field("actor")} ${this.field("subject")}
        <button class="kern-btn kern-btn--secondary" data-test="audit-search"><span class="kern-label">${t("audit-search")}</span></button>
      </form>
      <div role="alert">${this.error ? alert("danger", t("audit-failed"), t(this.error), { test: "audit-error" }) : nothing}</div>
      ${this.content()}
    </section>`;
  }

  private field(name: "actor" | "subject"): TemplateResult {
    return html`<div class="kern-form-input">
      <label class="kern-label kern-label--small" for="audit-${name}">${t(`audit-${name}`)}</label>
      <input class="kern-form-input__input" id="audit-${name}" name=${name} type="search" maxlength="200" autocomplete="off" spellcheck="false" data-test="audit-${name}" />
    </div>`;
  }

  private content(): TemplateResult | typeof nothing {
    if (!this.found) return this.error ? nothing : loader(t("loading"));
    const { acts: rows, older } = this.found;
    if (rows.length === 0 && this.begins.length === 1) return empty("booth", t("audit-empty"), t("audit-empty-text"), "audit-empty");
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="audit-title">
        <table class="kern-table" data-test="audit-table">
          <thead>
            <tr class="kern-table__row">
              ${columns.map((name) => html`<th scope="col" class="kern-table__header">${t(`audit-${name}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((one) => this.row(one))}
          </tbody>
        </table>
      </div>
      <div class="actions">
        ${button(t("audit-newer"), () => this.turn(-1), { test: "audit-newer", disabled: this.begins.length === 1 })}
        ${button(t("audit-older"), () => this.turn(1), { test: "audit-older", disabled: !older })}
        ${button(t("audit-download"), () => void this.download(), { icon: "download", test: "audit-csv" })}
      </div>`;
  }

  private row(one: Act): TemplateResult {
    return html`<tr class="kern-table__row" data-test="act-${one.number}">
      <td class="kern-table__cell digits">${moment(one.at)}</td>
      <td class="kern-table__cell">${has(`actor-${one.actor}`) ? t(`actor-${one.actor}`) : one.actor}</td>
      <th scope="row" class="kern-table__cell">${actText(one.act)}</th>
      <td class="kern-table__cell long-id">${one.subject}</td>
      <td class="kern-table__cell">${one.result === "done" ? t("audit-done") : has(`error-${one.result}`) ? t(`error-${one.result}`) : one.result}</td>
    </tr>`;
  }

  private choose(log: Log): void {
    this.log = log;
    this.act = "";
    this.restart();
  }

  private search(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    this.actor = String(data.get("actor")).trim();
    this.subject = String(data.get("subject")).trim();
    this.restart();
  }

  private restart(): void {
    this.begins = [END];
    void this.load();
  }

  private wanted(): Wanted {
    return { act: this.act, actor: this.actor, subject: this.subject };
  }

  private turn(pages: 1 | -1): void {
    const last = this.found?.acts.at(-1)?.number;
    this.begins = pages === 1 && last !== undefined ? [...this.begins, last] : this.begins.slice(0, -1);
    void this.load();
  }

  private async load(): Promise<void> {
    const mine = ++this.asked;
    this.error = null;
    this.requestUpdate();
    try {
      const found = await page(this.log, this.wanted(), this.begins.at(-1) ?? END);
      if (mine === this.asked) this.found = found;
    } catch (error) {
      if (mine !== this.asked) return;
      this.found = null;
      this.error = errorText(error);
    }
    this.requestUpdate();
  }

  private async download(): Promise<void> {
    try {
      const address = URL.createObjectURL(await table(this.log, this.wanted()));
      Object.assign(document.createElement("a"), { href: address, download: `audit-${this.log}.csv` }).click();
      URL.revokeObjectURL(address);
    } catch (error) {
      this.error = errorText(error);
      this.requestUpdate();
    }
  }
}

function actText(act: string): string {
  return has(`act-${act}`) ? t(`act-${act}`) : act;
}

function errorText(error: unknown): string {
  return error instanceof ApiError ? `error-${error.error}` : "error-internal_error";
}

customElements.define("fernamt-audit", AuditView);
