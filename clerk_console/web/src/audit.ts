/** The audit logs of the console and of the switchboard, page by page, newest first. */
import * as api from "./api.ts";
import { request } from "./switchboard-rest.ts";

export type Log = "console" | "switchboard";

/** An administrative act; `hash` is over the row and the hash `before` it. */
export interface Act {
  number: number;
  at: number;
  actor: string;
  act: string;
  subject: string;
  result: string;
  before: string;
  hash: string;
}

/** Empty is everything. */
export interface Wanted {
  act: string;
  actor: string;
  subject: string;
}

/** The newest page begins before this. */
export const END = 2 ** 53;
export const ROWS = 50;
const EXPORTED_AT_ONCE = 500;
const FIELDS = ["number", "at", "actor", "act", "subject", "result", "before", "hash"] as const;

/** The last acts before a number, newest first, and whether there are older ones. Raises ApiError. */
export async function page(log: Log, wanted: Wanted, before: number): Promise<{ acts: Act[]; older: boolean }> {
  const found = await ask(log, wanted, { before: `${before}`, limit: `${ROWS + 1}` });
  return { acts: found.slice(-ROWS).reverse(), older: found.length > ROWS };
}

/** All of them as CSV (RFC 4180), oldest first; times in ISO 8601. Raises ApiError. */
export async function table(log: Log, wanted: Wanted): Promise<Blob> {
  const lines = [FIELDS.join(",")];
  for (let after = 0; ; ) {
    const acts = await ask(log, wanted, { after: `${after}`, limit: `${EXPORTED_AT_ONCE}` });
    lines.push(...acts.map(line));
    if (acts.length < EXPORTED_AT_ONCE) break;
    after = acts[acts.length - 1]?.number ?? END;
  }
  // The mark tells spreadsheets that it is UTF-8.
  return new Blob([`\uFEFF${lines.join("\r\n")}\r\n`], { type: "text/csv" });
}

function line(act: Act): string {
  return FIELDS.map((name) => cell(name === "at" ? new Date(act.at * 1000).toISOString() : `${act[name]}`)).join(",");
}

/** A text that a spreadsheet could take for a formula is none. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

async function ask(log: Log, wanted: Wanted, range: Record<string, string>): Promise<Act[]> {
  const { act, actor, subject } = wanted;
  const filters = Object.entries({ act, actor, subject }).filter(([, value]) => value !== "");
  const query = new URLSearchParams({ ...range, ...Object.fromEntries(filters) });
  if (log === "console") return await api.audit(query);
  return (await (await request(`/api/audit?${query}`)).json()) as Act[];
}
