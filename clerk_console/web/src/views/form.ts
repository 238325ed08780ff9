/** The form of the service, made from its JSON Schema; what came from the ID card is marked as such. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Service } from "../api.ts";
import { choices, fieldHint, fieldLabel, required } from "../forms.ts";
import type { CaseView } from "../state.ts";
import { t } from "../words.ts";
import { alert, button, icon } from "./parts.ts";
import { View } from "./view.ts";

/** Choices up to this many are shown all at once. */
const RADIOS = 4;

export class FormView extends View {
  override render(): TemplateResult | typeof nothing {
    const { work } = this.state;
    if (!work) return nothing;
    const { service, record } = work;
    if (!service) return alert("danger", t("form-missing"), t("form-missing-text"));
    const fixed = record === null || record.state === "completed" || work.document === "making";
    return html`<form class="case-form" novalidate data-test="form" @submit=${(event: Event) => this.save(event)}>
      ${this.errorSummary(work.errors)}
      <div class="fields">${service.ui.order.map((field) => this.field(service, work, field, fixed))}</div>
      <div class="actions">
        ${record?.state === "completed"
          ? nothing
          : button(t("form-save"), () => void this.store(), { test: "form-save", disabled: fixed || work.busy })}
        <span class="kern-body kern-body--small saved" role="status" data-test="form-saved" data-saved=${work.saved}>
          ${work.saved ? html`${icon("check")} ${t("form-saved")}` : nothing}
        </span>
      </div>
    </form>`;
  }

  /** The first field that is wrong, so that the keyboard is where the work is. */
  focusErrors(): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("[data-test=form-errors]")?.focus());
  }

  private errorSummary(errors: Record<string, string>): TemplateResult | typeof nothing {
    const wrong = Object.keys(errors);
    if (wrong.length === 0) return nothing;
    return html`<div class="kern-alert kern-alert--danger" role="alert" tabindex="-1" data-test="form-errors">
      <div class="kern-alert__header">
        ${icon("danger")}<span class="kern-title kern-title--small">${t("form-errors", { count: wrong.length })}</span>
      </div>
      <div class="kern-alert__body">
        <ul class="kern-list kern-list--small">
          ${wrong.map(
            (field) => html`<li>
              <a class="kern-link kern-link--small" href="#field-${field}" @click=${(event: Event) => this.jump(event, field)}
                >${fieldLabel(field)}: ${t(`form-${errors[field] ?? "type"}`)}</a
              >
            </li>`,
          )}
        </ul>
      </div>
    </div>`;
  }

  private field(service: Service, work: CaseView, field: string, fixed: boolean): TemplateResult {
    const schema = service.form.properties[field];
    const listed = schema?.enum;
    if (listed && listed.length <= RADIOS) return this.radios(service, work, field, fixed);
    const error = work.errors[field];
    const hint = fieldHint(field);
    const described = [hint && `hint-${field}`, error && `error-${field}`].filter(Boolean).join(" ");
    const control = listed ? this.select(service, work, field, fixed, described) : this.input(service, work, field, fixed, described);
    return html`<div class="kern-form-input ${error ? "kern-form-input--error" : ""} field-${field}">
      <label class="kern-label" for="field-${field}">
        ${fieldLabel(field)}
        ${required(service, work.values, field) ? nothing : html`<span class="kern-label__optional">– ${t("optional")}</span>`}
      </label>
      ${hint ? html`<div class="kern-hint" id="hint-${field}">${hint}</div>` : nothing} ${control} ${this.source(service, work, field)}
      ${this.error(field, error)}
    </div>`;
  }

  private input(service: Service, work: CaseView, field: string, fixed: boolean, described: string): TemplateResult {
    const schema = service.form.properties[field] ?? {};
    const wrong = Boolean(work.errors[field]);
    return html`<input
      class="kern-form-input__input ${wrong ? "kern-form-input__input--error" : ""}"
      id="field-${field}"
      name=${field}
      type=${schema.format === "date" ? "date" : "text"}
      max=${schema.format === "date" ? "9999-12-31" : nothing}
      maxlength=${schema.maxLength ?? nothing}
      autocomplete="off"
      data-test="field-${field}"
      aria-invalid=${wrong ? "true" : nothing}
      aria-describedby=${described || nothing}
      ?readonly=${fixed}
      .value=${live(work.values[field] ?? "")}
      @input=${(event: Event) => this.change(field, event)}
    />`;
  }

  private select(service: Service, work: CaseView, field: string, fixed: boolean, described: string): TemplateResult {
    const wrong = Boolean(work.errors[field]);
    const value = work.values[field] ?? "";
    return html`<div class="kern-form-input__select-wrapper">
      <select
        class="kern-form-input__select ${wrong ? "kern-form-input__select--error" : ""}"
        id="field-${field}"
        name=${field}
        data-test="field-${field}"
        aria-invalid=${wrong ? "true" : nothing}
        aria-describedby=${described || nothing}
        ?disabled=${fixed}
        @change=${(event: Event) => this.change(field, event)}
      >
        <option value="" ?selected=${value === ""}>${t("choose")}</option>
        ${choices(service, field).map((one) => html`<option value=${one.value} .selected=${one.value === value}>${one.label}</option>`)}
      </select>
    </div>`;
  }

  private radios(service: Service, work: CaseView, field: string, fixed: boolean): TemplateResult {
    const error = work.errors[field];
    return html`<fieldset class="kern-fieldset ${error ? "kern-fieldset--error" : ""} field-${field}" id="field-${field}" tabindex="-1">
      <legend class="kern-label">${fieldLabel(field)}</legend>
      <div class="kern-fieldset__body kern-fieldset__body--horizontal">
        ${choices(service, field).map(
          (one) => html`<div class="kern-form-check">
            <input
              class="kern-form-check__radio"
              type="radio"
              name=${field}
              id="field-${field}-${one.value}"
              value=${one.value}
              data-test="field-${field}-${one.value}"
              ?disabled=${fixed}
              .checked=${live(work.values[field] === one.value)}
              @change=${(event: Event) => this.change(field, event)}
            />
            <label class="kern-label" for="field-${field}-${one.value}">${one.label}</label>
          </div>`,
        )}
      </div>
      ${this.error(field, error)}
    </fieldset>`;
  }

  private source(service: Service, work: CaseView, field: string): TemplateResult | typeof nothing {
    const read = service.ui.sources[field];
    const fromEid = read && work.record?.eid?.holder[read];
    if (fromEid && fromEid === work.values[field])
      return html`<span class="from-card" data-test="from-eid-${field}">
        ${icon("account-circle", "kern-icon--small")}${t("from-eid")}
      </span>`;
    const fromCard = service.ui.sources[field] && work.record?.identity?.holder?.[service.ui.sources[field]];
    if (!fromCard || fromCard !== work.values[field]) return nothing;
    const verified = work.record?.identity?.verified === true;
    return html`<span class="from-card ${verified ? "" : "unverified"}" data-test="from-card-${field}">
      ${icon(verified ? "account-circle" : "warning", "kern-icon--small")}${t(verified ? "from-card" : "from-card-unverified")}
    </span>`;
  }

  private error(field: string, error: string | undefined): TemplateResult | typeof nothing {
    if (!error) return nothing;
    return html`<p class="kern-error" id="error-${field}" data-test="error-${field}">
      ${icon("danger")}<span class="kern-body kern-body--small">${t(`form-${error}`)}</span>
    </p>`;
  }

  private change(field: string, event: Event): void {
    this.desk?.work?.change(field, (event.target as HTMLInputElement).value);
  }

  private jump(event: Event, field: string): void {
    event.preventDefault();
    this.querySelector<HTMLElement>(`#field-${field}`)?.focus();
  }

  private save(event: Event): void {
    event.preventDefault();
    void this.store();
  }

  private async store(): Promise<void> {
    if (!(await this.desk?.work?.save())) this.focusErrors();
  }
}

customElements.define("fernamt-form", FormView);
