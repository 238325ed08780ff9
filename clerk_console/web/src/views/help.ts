/** Calls for help: the clerk's own small button, and what supervisors see of those of others. */
import { html, nothing, type TemplateResult } from "lit";
import type { HelpRequest } from "../generated/switchboard.ts";
import { show } from "../session.ts";
import { clock, t } from "../words.ts";
import { badge, button, colleagueName, empty, sign } from "./parts.ts";
import { Tick, View } from "./view.ts";

/** Says nothing and rings nowhere: whoever sits in front of the clerk is not to notice. */
export class HelpButton extends View {
  override render(): TemplateResult {
    const { help } = this.state;
    const label = t(help ? `help-${help.state}` : "help");
    return html`<button
        type="button"
        class="help-button ${help?.state ?? ""}"
        aria-pressed=${help !== null}
        title=${t(help ? "help-withdraw" : "help-hint")}
        aria-keyshortcuts="F9"
        data-test="help"
        data-state=${help?.state ?? "none"}
        @click=${() => this.desk?.help.toggle()}
      >
        ${sign("help")}<span>${label}</span>
      </button>
      <span class="kern-sr-only" role="status">${help ? label : ""}</span>`;
  }
}

/** In the header on every page, while anybody calls. */
export class HelpSign extends View {
  override render(): TemplateResult {
    const { requests } = this.state.help_wanted;
    const open = requests.filter((one) => one.state === "open").length;
    const text = open > 0 ? t("help-calls", { count: open }) : t("help-all-taken");
    return html`<div role="alert">
      ${requests.length === 0
        ? nothing
        : html`<button type="button" class="help-sign ${open > 0 ? "open" : ""}" title=${text} data-test="help-sign" @click=${() => show("supervisor")}>
            ${sign("help")}<span aria-hidden="true">${open || requests.length}</span><span class="kern-sr-only">${text}</span>
          </button>`}
    </div>`;
  }
}

export class HelpList extends View {
  protected readonly tick = new Tick(this);

  override render(): TemplateResult {
    const { requests } = this.state.help_wanted;
    return html`<section class="stack help-list" aria-labelledby="help-title">
      <h2 class="kern-heading kern-heading-small" id="help-title">${t("help-title")}</h2>
      ${requests.length === 0
        ? empty("help", t("help-empty"), t("help-empty-text"), "help-empty")
        : html`<ul data-test="help-list">${requests.map((one) => this.request(one))}</ul>`}
    </section>`;
  }

  private request(one: HelpRequest): TemplateResult {
    const { help_wanted, colleagues, call } = this.state;
    const since = one.since_s + (performance.now() - help_wanted.received_at) / 1000;
    const name = colleagueName(colleagues, one.clerk);
    const { help } = this.desk ?? {};
    return html`<li class=${one.state} data-test="help-${one.id}" data-state=${one.state}>
      <div>
        <p class="kern-body"><strong>${name}</strong> ${badge(one.state === "open" ? "danger" : "info", t(`help-request-${one.state}`))}</p>
        <p class="kern-body kern-body--small kern-body--muted">
          ${one.ticket ? t("help-in-call", { ticket: one.ticket, booth: one.booth ?? "" }) : t("help-no-call")} · ${t("since")}
          <span class="digits">${clock(since)}</span>
        </p>
      </div>
      <div class="actions">
        ${one.state === "open" ? button(t("help-take"), () => help?.take(one.id), { kind: "primary", test: `help-take-${one.id}` }) : nothing}
        ${one.ticket
          ? button(t("help-join"), () => this.join(one.ticket ?? ""), { test: `help-join-${one.id}`, disabled: call !== null })
          : nothing}
        ${button(t("help-close"), () => help?.close(one.id), { kind: "tertiary", test: `help-close-${one.id}` })}
      </div>
    </li>`;
  }

  private join(ticket: string): void {
    void this.desk?.joinCall(ticket);
    show("desk");
  }
}

customElements.define("fernamt-help", HelpButton);
customElements.define("fernamt-help-sign", HelpSign);
customElements.define("fernamt-help-list", HelpList);
