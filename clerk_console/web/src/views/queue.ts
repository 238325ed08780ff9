/** Who is waiting, in the order of their turn, to be picked out of it; and whom this clerk has parked. */
import { html, nothing, type TemplateResult } from "lit";
import type { ClerkState, QueueEntry } from "../generated/switchboard.ts";
import type { Queue } from "../state.ts";
import { clock, t } from "../words.ts";
import { badge, button, empty, languageText, needText, sign } from "./parts.ts";
import { Tick, View } from "./view.ts";

const FREE: readonly ClerkState[] = ["available", "paused", "wrap_up"];

abstract class TicketsView extends View {
  protected readonly tick = new Tick(this);

  /** Whether this clerk can take one now. */
  protected get free(): boolean {
    const { clerk, line, offer } = this.state;
    return line === "online" && !offer && FREE.includes(clerk.state);
  }

  protected table(name: string, { tickets, received_at }: Queue, action: (entry: QueueEntry) => TemplateResult): TemplateResult {
    const columns = ["ticket", "service", "place", "language", "wait"];
    return html`<div class="kern-table-responsive" tabindex="0" role="group" aria-labelledby="${name}-title">
      <table class="kern-table kern-table--small" data-test=${name}>
        <thead>
          <tr class="kern-table__row">
            ${columns.map(
              (column) => html`<th scope="col" class="kern-table__header ${column === "wait" ? "kern-table__header--numeric" : ""}">${t(`queue-${column}`)}</th>`,
            )}
            <td class="kern-table__header"></td>
          </tr>
        </thead>
        <tbody>
          ${tickets.map((entry) => this.row(name, entry, received_at, action))}
        </tbody>
      </table>
    </div>`;
  }

  private row(name: string, entry: QueueEntry, received_at: number, action: (entry: QueueEntry) => TemplateResult): TemplateResult {
    const waited = entry.waited_s + (performance.now() - received_at) / 1000;
    return html`<tr class="kern-table__row" data-test="${name}-${entry.number}">
      <th scope="row" class="kern-table__cell digits">${entry.number}</th>
      <td class="kern-table__cell">${t(`service-${entry.service}`)} ${marks(entry, (performance.now() - received_at) / 1000)}</td>
      <td class="kern-table__cell">${entry.site}</td>
      <td class="kern-table__cell">${languageText(entry.language)}</td>
      <td class="kern-table__cell kern-table__cell--numeric digits">${clock(waited)}</td>
      <td class="kern-table__cell action">${action(entry)}</td>
    </tr>`;
  }
}

/** What sets a ticket apart from others. */
function marks(entry: QueueEntry, since_s: number): (TemplateResult | typeof nothing)[] {
  const { due_in_s: due, priority } = entry;
  const minutes = due === null || due === undefined ? 0 : Math.ceil((due - since_s) / 60);
  return [
    entry.appointment
      ? badge("info", minutes > 0 ? t("queue-appointment-in", { minutes }) : t("queue-appointment"), "calendar-today")
      : nothing,
    priority === "high" ? badge("warning", t("queue-priority-high")) : nothing,
    priority === "low" ? badge("neutral", t("queue-priority-low")) : nothing,
    entry.callback ? html`<span data-test="callback-${entry.number}">${badge("warning", t("queue-callback"), sign("phone"))}</span>` : nothing,
    ...entry.needs.map((need) => badge("neutral", needText(need))),
  ];
}

export class QueueView extends TicketsView {
  override render(): TemplateResult {
    const { queue, line } = this.state;
    const { tickets, total } = queue;
    // Without the line nobody knows who is waiting.
    const known = line === "online";
    return html`<section class="kern-card kern-card--hug panel" aria-labelledby="queue-title">
      <div class="panel-head">
        <h2 class="kern-title" id="queue-title">${t("queue-title")}</h2>
        ${known ? html`<span data-test="queue-total">${badge(total > 0 ? "info" : "neutral", t("queue-count", { count: total }))}</span>` : nothing}
      </div>
      ${!known
        ? empty("booth", t("queue-unknown"), t("queue-unknown-text"), "queue-unknown")
        : tickets.length === 0
          ? empty("booth", t("queue-empty"), t("queue-empty-text"), "queue-empty")
          : html`<p class="kern-body kern-body--small kern-body--muted">${t("queue-hint")}</p>
              ${this.table("queue", queue, (entry) => this.pick(entry))}`}
      ${known && total > tickets.length ? html`<p class="kern-body kern-body--small">${t("queue-more", { count: total - tickets.length })}</p>` : nothing}
    </section>`;
  }

  private pick(entry: QueueEntry): TemplateResult {
    const label = html`${t("pick")}<span class="kern-sr-only"> ${entry.number}</span>`;
    const disabled = !this.free || !(entry.state === "waiting" || entry.state === "callback");
    return button(label, () => this.desk?.pick(entry), { test: `pick-${entry.number}`, disabled });
  }
}

export class ParkedView extends TicketsView {
  override render(): TemplateResult | typeof nothing {
    const { parked, line } = this.state;
    if (parked.tickets.length === 0 || line !== "online") return nothing;
    return html`<section class="kern-card kern-card--hug panel" aria-labelledby="parked-title">
      <h2 class="kern-title" id="parked-title">${sign("park")} ${t("parked-title")}</h2>
      <p class="kern-body kern-body--small kern-body--muted">${t("parked-text")}</p>
      ${this.table("parked", parked, (entry) => this.unpark(entry))}
    </section>`;
  }

  private unpark(entry: QueueEntry): TemplateResult {
    const label = html`${t("unpark")}<span class="kern-sr-only"> ${entry.number}</span>`;
    return button(label, () => this.desk?.unpark(entry), { kind: "primary", test: `unpark-${entry.number}`, disabled: !this.free });
  }
}

customElements.define("fernamt-queue", QueueView);
customElements.define("fernamt-parked", ParkedView);
