/** The frame around every page: header, navigation, the state of the line, messages. */
import { html, nothing, type TemplateResult } from "lit";
import { pagesFor, pathOf, show, signOut } from "../session.ts";
import { store, type Page } from "../state.ts";
import { chooseLanguage, language, t } from "../words.ts";
import "./booths.ts";
import "./cases.ts";
import "./desk.ts";
import "./help.ts";
import "./shortcuts.ts";
import "./offer.ts";
import { alert, badge, icon, loader } from "./parts.ts";
import "./sign-in.ts";
import "./supervisor.ts";
import { View } from "./view.ts";

export class ConsoleApp extends View {
  override render(): TemplateResult {
    const { session } = this.state;
    document.documentElement.lang = language();
    return html`
      <a class="skip" href="#main">${t("skip-to-content")}</a>
      ${this.header()}
      <main id="main" tabindex="-1" data-page=${session === "signed_in" ? this.state.page : session}>
        ${session === "asking" ? html`<h1 class="kern-sr-only">Fernamt</h1>${loader(t("loading"))}` : nothing}
        ${session === "signed_out" ? html`<fernamt-sign-in></fernamt-sign-in>` : nothing}
        ${session === "signed_in" ? this.pages() : nothing}
      </main>
    `;
  }

  private pages(): TemplateResult {
    const { account, offer, call } = this.state;
    const pages = pagesFor(account?.staff.roles ?? []);
    const page = pages.includes(this.state.page) || call ? this.state.page : pages[0];
    return html`
      <div class="messages" aria-live="polite">${this.lineMessage()} ${this.notices()}</div>
      ${pages.length === 0 ? alert("warning", t("no-role"), t("no-role-text")) : nothing}
      ${pages.includes("desk") || call
        ? // Stays in the page on the other ones, too: the booth's sound plays there.
          html`<fernamt-desk ?hidden=${page !== "desk"}></fernamt-desk>`
        : nothing}
      ${offer ? html`<fernamt-offer></fernamt-offer>` : nothing}
      ${page === "supervisor" ? html`<fernamt-supervisor></fernamt-supervisor>` : nothing}
      ${page === "cases" ? html`<fernamt-cases></fernamt-cases>` : nothing}
      ${page === "booths" ? html`<fernamt-booths></fernamt-booths>` : nothing}
    `;
  }

  private header(): TemplateResult {
    const { account } = this.state;
    const roles = account?.staff.roles ?? [];
    return html`<header class="bar">
      <a class="brand" href="/" @click=${(event: Event) => this.go(event, "desk")}>
        <img src="/icon.svg" alt="" width="32" height="32" /><span>Fernamt</span>
      </a>
      ${account ? this.navigation(account.staff.roles) : html`<span class="spring"></span>`}
      ${roles.includes("supervisor") ? html`<fernamt-help-sign></fernamt-help-sign>` : nothing}
      ${roles.includes("clerk") ? html`<fernamt-help></fernamt-help>` : nothing}
      ${account ? this.lineSign() : nothing} ${account ? this.clerkState() : nothing}
      ${roles.includes("clerk") ? html`<fernamt-shortcuts></fernamt-shortcuts>` : nothing} ${this.languages()}
      ${account
        ? html`<div class="who">
            <span class="name" data-test="staff-name">${account.staff.display_name}</span>
            <span class="office">${account.staff.office}</span>
          </div>
          <button type="button" class="kern-btn kern-btn--tertiary" data-test="sign-out" @click=${() => void signOut()}>
            ${icon("logout")}<span class="kern-label kern-sr-only">${t("sign-out")}</span>
          </button>`
        : nothing}
    </header>`;
  }

  private navigation(roles: string[]): TemplateResult {
    const { page } = this.state;
    return html`<nav aria-label=${t("navigation")}>
      ${pagesFor(roles).map(
        (one) => html`<a
          href=${pathOf(one)}
          data-test="nav-${one}"
          aria-current=${one === page ? "page" : nothing}
          @click=${(event: Event) => this.go(event, one)}
          >${t(`page-${one}`)}</a
        >`,
      )}
    </nav>`;
  }

  private clerkState(): TemplateResult | typeof nothing {
    const { clerk, line, account } = this.state;
    if (!account?.staff.roles.includes("clerk")) return nothing;
    const state = line === "online" ? clerk.state : "offline";
    const kinds = { available: "success", offered: "info", connecting: "info", in_call: "info" } as const;
    const kind = kinds[state as keyof typeof kinds] ?? "neutral";
    return html`<div class="own-state" role="status" data-test="clerk-state" data-state=${state}>
      ${badge(kind, t(`clerk-state-${state}`))}
    </div>`;
  }

  private lineSign(): TemplateResult | typeof nothing {
    if (this.state.line !== "online") return nothing;
    return html`<span class="line-sign" data-test="line-online" title=${t("line-online")}>
      <span class="kern-sr-only">${t("line-online")}</span>
    </span>`;
  }

  private languages(): TemplateResult {
    return html`<div class="languages" role="group" aria-label=${t("language-of-console")}>
      ${(["de", "en"] as const).map(
        (one) => html`<button
          type="button"
          lang=${one}
          aria-pressed=${one === language()}
          data-test="language-${one}"
          @click=${() => this.speak(one)}
        >
          ${one.toUpperCase()}<span class="kern-sr-only">${one === "de" ? " Deutsch" : " English"}</span>
        </button>`,
      )}
    </div>`;
  }

  private lineMessage(): TemplateResult | typeof nothing {
    const { line, line_error, call } = this.state;
    if (line === "stopped")
      return alert("danger", t("line-stopped"), t(`error-${line_error ?? "internal_error"}`), { test: "line-stopped" });
    if (line === "restoring") {
      const text = call ? t("line-restoring-in-call") : t("line-restoring-text");
      return alert("warning", t("line-restoring"), text, { test: "line-restoring" });
    }
    if (line === "connecting" && line_error) return alert("warning", t("line-restoring"), t(`error-${line_error}`));
    return nothing;
  }

  private notices(): TemplateResult[] {
    return this.state.notices.map((notice) =>
      alert(notice.kind, t(notice.title, notice.args), notice.text ? t(notice.text, notice.args) : "", {
        test: notice.test ?? `notice-${notice.key}`,
        dismiss: () => store.dismiss(notice.key),
        dismissLabel: t("dismiss"),
      }),
    );
  }

  private go(event: Event, page: Page): void {
    event.preventDefault();
    show(page);
  }

  private speak(next: "de" | "en"): void {
    chooseLanguage(next);
    store.set({});
  }
}

customElements.define("fernamt-console", ConsoleApp);
