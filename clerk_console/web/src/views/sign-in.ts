/** Signing in with a local staff account. */
import { html, nothing, type TemplateResult } from "lit";
import { ApiError } from "../api.ts";
import { signIn } from "../session.ts";
import { t } from "../words.ts";
import { icon } from "./parts.ts";
import { View } from "./view.ts";

export class SignIn extends View {
  private busy = false;
  private error: string | null = null;

  override render(): TemplateResult {
    return html`<section class="sign-in" aria-labelledby="sign-in-title">
      <div class="kern-card kern-card--hug">
        <div class="kern-card__container">
          <header class="kern-card__header">
            <p class="kern-preline">${t("sign-in-preline")}</p>
            <h1 class="kern-heading kern-heading-medium" id="sign-in-title">${t("sign-in-title")}</h1>
          </header>
          <form class="stack" novalidate @submit=${(event: SubmitEvent) => void this.submit(event)}>
            ${this.field("name", "username", "text")} ${this.field("password", "current-password", "password")}
            <div role="alert">
              ${this.error
                ? html`<p class="kern-error" data-test="sign-in-error">${icon("danger")}<span class="kern-body">${t(this.error)}</span></p>`
                : nothing}
            </div>
            <button class="kern-btn kern-btn--primary kern-btn--block" data-test="sign-in-submit" ?disabled=${this.busy}>
              <span class="kern-label">${this.busy ? t("sign-in-busy") : t("sign-in-submit")}</span>
            </button>
          </form>
        </div>
      </div>
      <p class="kern-body kern-body--small kern-body--muted">${t("sign-in-privacy")}</p>
    </section>`;
  }

  override firstUpdated(): void {
    this.querySelector("input")?.focus();
  }

  private field(name: "name" | "password", autocomplete: "username" | "current-password", type: string): TemplateResult {
    const invalid = this.error === "error-credentials_wrong" || this.error === "sign-in-incomplete";
    return html`<div class="kern-form-input">
      <label class="kern-label" for="sign-in-${name}">${t(`sign-in-${name}`)}</label>
      <input
        class="kern-form-input__input ${invalid ? "kern-form-input__input--error" : ""}"
        id="sign-in-${name}"
        name=${name}
        type=${type}
        autocomplete=${autocomplete}
        autocapitalize="off"
        spellcheck="false"
        maxlength="200"
        required
        aria-invalid=${invalid ? "true" : nothing}
        data-test="sign-in-${name}"
      />
    </div>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [name, password] = [String(form.get("name")).trim(), String(form.get("password"))];
    this.error = name && password ? null : "sign-in-incomplete";
    this.busy = !this.error;
    this.requestUpdate();
    if (this.error) return this.focusFirst();
    try {
      await signIn(name, password);
    } catch (error) {
      this.error = error instanceof ApiError ? `error-${error.error}` : "error-internal_error";
      this.busy = false;
      this.requestUpdate();
      this.focusFirst();
    }
  }

  private focusFirst(): void {
    this.querySelector<HTMLInputElement>(this.error === "sign-in-incomplete" ? "input" : "input[type=password]")?.focus();
  }
}

customElements.define("fernamt-sign-in", SignIn);
