/** The ID card: asking for it, where the citizen is with it, and what the authority's checks say. */
import { html, nothing, type TemplateResult } from "lit";
import { createRef, ref, type Ref } from "lit/directives/ref.js";
import type { Check, Deviation, DocumentKind, Holder, Identity, Proof, Verdict } from "../api.ts";
import { isOpen, type CardState } from "../card.ts";
import { date, has, t } from "../words.ts";
import { alert, button, facts, icon, select } from "./parts.ts";
import { View } from "./view.ts";

/** The order the clerk reads them in. */
const holderFields = [
  "family_name", "given_names", "date_of_birth", "nationality", "sex", "document_number", "document_type",
  "issuing_state", "date_of_expiry",
];
const detailFields = [
  "full_name", "other_names", "full_date_of_birth", "place_of_birth", "permanent_address", "personal_number", "telephone",
  "title", "profession", "personal_summary", "other_travel_documents", "custody", "issuing_authority", "date_of_issue",
  "endorsements", "tax_or_exit_requirements",
];
const dates = new Set(["date_of_birth", "date_of_expiry", "full_date_of_birth", "date_of_issue"]);

/** Green is for `passed` alone; what was not checked never looks as if it had been. */
const looks: Record<Verdict, string> = { passed: "success", failed: "danger", absent: "info", unsupported: "warning" };

export class IdentityView extends View {
  private readonly liveVideo: Ref<HTMLVideoElement> = createRef();
  private document: DocumentKind | null = null;
  private enlarged = false;

  override render(): TemplateResult | typeof nothing {
    const { work } = this.state;
    if (!work) return nothing;
    const { card, record } = work;
    const finished = record?.state === "completed";
    return html`
      ${card.phase === "idle" && !record?.identity ? html`<p class="kern-body kern-body--small">${t("card-intro")}</p>` : nothing}
      ${this.progress(card)} ${record?.identity && !isOpen(card) ? this.result(record.identity) : nothing}
      ${finished ? nothing : this.actions(card, Boolean(record?.identity))}
    `;
  }

  protected override updated(): void {
    const video = this.liveVideo.value;
    const stream = this.desk?.call?.stream ?? null;
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }

  private actions(card: CardState, again: boolean): TemplateResult {
    const { record } = this.state.work ?? {};
    const words = again || card.phase !== "idle" ? "card-request-again" : "card-request";
    if (isOpen(card))
      return html`<div class="kern-btn-wrapper actions">
        ${card.phase === "checking" ? nothing : button(t("card-cancel"), () => this.desk?.work?.cancelCard(), { test: "card-cancel" })}
      </div>`;
    const documents = this.state.account?.documents ?? [];
    const chosen = this.document ?? documents[0];
    if (!chosen) return html`${nothing}`;
    return html`<div class="card-asking">
      ${select(
        "card-document",
        t("card-document"),
        documents.map((kind) => [kind, t(`card-document-${kind}`)]),
        chosen,
        (kind) => (this.document = kind as DocumentKind),
      )}
      ${button(t(words), () => void this.desk?.work?.askForCard(this.document ?? chosen), {
        kind: again ? "tertiary" : "primary",
        test: "card-request",
        disabled: !record,
      })}
    </div>`;
  }

  private progress(card: CardState): TemplateResult {
    const fault = card.fault
      ? alert(card.phase === "failed" ? "danger" : "warning", t(`card-fault-${card.fault}`), t(`card-fault-${card.fault}-text`), {
          test: "card-fault",
        })
      : nothing;
    return html`<div aria-live="polite" data-test="card-stage" data-stage=${card.phase} data-fault=${card.fault ?? ""}>
      ${fault} ${isOpen(card) ? this.steps(card) : this.ending(card)}
    </div>`;
  }

  private steps(card: CardState): TemplateResult {
    const percent = Math.round((card.progress ?? 0) * 100);
    return html`<div class="card-progress">
      ${icon("autorenew", "turning")}
      <div>
        <p class="kern-body kern-body--bold">${t(`card-phase-${card.phase}`)}</p>
        ${card.phase === "reading" && card.progress !== null
          ? html`<div class="kern-progress">
              <label class="kern-label kern-label--small" for="card-progress">${t("card-progress", { percent })}</label>
              <progress id="card-progress" max="100" value=${percent}></progress>
            </div>`
          : nothing}
      </div>
    </div>`;
  }

  private ending(card: CardState): TemplateResult | typeof nothing {
    if (card.phase === "declined") return alert("info", t("card-phase-declined"), t("card-phase-declined-text"));
    if (card.phase === "cancelled") return alert("info", t("card-phase-cancelled"));
    if (card.phase === "failed" && !card.fault) return alert("danger", t("card-phase-failed"));
    return nothing;
  }

  private result(identity: Identity): TemplateResult {
    const chip = identity.checks.find((one) => one.check === "chip_authenticity");
    const original = chip?.verdict === "passed";
    // A document without a key of its own may be verified, but not as an original.
    const kind = identity.verified ? (original ? "success" : "warning") : "danger";
    const words = identity.verified ? (original ? "identity-verified" : "identity-unproven-chip") : "identity-not-verified";
    return html`<div class="identity" data-test="identity-verified" data-verified=${identity.verified}>
      ${alert(kind, t(words), t(`${words}-text`))}
      <div class="faces">
        ${identity.portrait ? this.faces(identity.portrait) : html`<p class="kern-body kern-body--small">${t("identity-no-portrait")}</p>`}
        ${identity.holder ? this.holder(identity.holder) : nothing}
      </div>
      ${this.details(identity.details)}
      ${this.deviations(identity.deviations)}
      <h4 class="kern-title kern-title--small">${t("identity-checks")}</h4>
      <ul class="checks">
        ${identity.checks.map((check) => this.check(check, identity.proofs))}
      </ul>
      ${identity.signer ? html`<p class="kern-body kern-body--small signer">${t("identity-signer", { signer: identity.signer })}</p>` : nothing}
    </div>`;
  }

  private faces(portrait: string): TemplateResult {
    return html`<div class="comparison ${this.enlarged ? "enlarged" : ""}" role="group" aria-label=${t("identity-compare")}>
      ${button(t(this.enlarged ? "identity-smaller" : "identity-enlarge"), () => this.enlarge(), {
        kind: "tertiary",
        test: "identity-enlarge",
      })}
      <figure>
        <img src=${portrait} alt=${t("identity-portrait")} data-test="identity-portrait" />
        <figcaption>${t("identity-portrait-short")}</figcaption>
      </figure>
      <figure>
        <video autoplay muted playsinline aria-label=${t("remote-picture")} ${ref(this.liveVideo)}></video>
        <figcaption>${t("identity-live")}</figcaption>
      </figure>
    </div>`;
  }

  private enlarge(): void {
    this.enlarged = !this.enlarged;
    this.requestUpdate();
  }

  /** What DG11 and DG12 say more: names in full letters, place of birth, who issued the document. */
  private details(details: Record<string, string>): TemplateResult | typeof nothing {
    const rows = detailFields
      .filter((field) => details[field])
      .map((field): [string, TemplateResult] => {
        const value = holderText(field, details[field] ?? "");
        return [t(`detail-${field}`), html`<span data-test="detail-${field}" dir="auto">${value}</span>`];
      });
    if (rows.length === 0) return nothing;
    return html`<details class="more-details" open>
      <summary>${t("identity-details")}</summary>
      ${facts(rows)}
    </details>`;
  }

  private holder(holder: Holder): TemplateResult {
    const rows = holderFields
      .filter((field) => holder[field])
      .map((field): [string, TemplateResult] => {
        const value = holder[field] ?? "";
        return [t(`holder-${field}`), html`<span data-test="holder-${field}">${holderText(field, value)}</span>`];
      });
    return facts(rows);
  }

  /** Beside the verdict, which it does not change. */
  private deviations(deviations: Deviation[]): TemplateResult | typeof nothing {
    if (deviations.length === 0) return nothing;
    return html`<section class="deviations" data-test="identity-deviations" aria-labelledby="deviations-title">
      <h4 class="kern-title kern-title--small" id="deviations-title">${t("identity-deviations")}</h4>
      <p class="kern-body kern-body--small">${t("identity-deviations-text")}</p>
      <ul>
        ${deviations.map(
          ({ defect, description }) =>
            html`<li>${has(`deviation-${defect}`) ? t(`deviation-${defect}`) : defect}${description ? html` <span lang="">(${description})</span>` : nothing}</li>`,
        )}
      </ul>
    </section>`;
  }

  private proofs(proofs: Proof[]): TemplateResult {
    return html`<ul class="check-proofs">
      ${proofs.map(
        ({ method, verdict }) =>
          html`<li data-test="identity-proof-${method}" data-verdict=${verdict}>${t(`proof-${method}`)}: ${t(`verdict-${verdict}`)}</li>`,
      )}
    </ul>`;
  }

  private check({ check, verdict, reason }: Check, proofs: Proof[]): TemplateResult {
    return html`<li class="check ${verdict}" data-test="identity-check-${check}" data-verdict=${verdict}>
      ${icon(looks[verdict] ?? "warning")}
      <span class="check-name">${t(`check-${check}`)}</span>
      <span class="check-verdict">${t(`verdict-${verdict}`)}</span>
      ${reason ? html`<span class="check-reason">${has(`reason-${reason}`) ? t(`reason-${reason}`) : reason}</span>` : nothing}
      ${check === "chip_authenticity" && proofs.length > 0 ? this.proofs(proofs) : nothing}
    </li>`;
  }
}

function holderText(field: string, value: string): string {
  if (dates.has(field)) return date(value);
  const word = `sex-${value.toLowerCase()}`;
  return field === "sex" && has(word) ? t(word) : value;
}

customElements.define("fernamt-identity", IdentityView);
