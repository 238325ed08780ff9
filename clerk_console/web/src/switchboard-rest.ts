/** The switchboard's REST, asked with the token of its WebSocket. */
import * as api from "./api.ts";
import type * as switchboard from "./generated/switchboard.ts";
import { store } from "./state.ts";

const TIMEOUT_MS = 20_000;

/** How a booth is, as the switchboard knows it. `since`: seconds since the epoch, null when it was never there. */
export interface BoothLine {
  id: string;
  region: string;
  site: string;
  online: boolean;
  since: number | null;
  devices: switchboard.BoothDevices;
  network: switchboard.BoothStatus["network"];
}

/** Raises ApiError. */
export async function boothLines(): Promise<BoothLine[]> {
  return (await (await request("/api/booths/lines")).json()) as BoothLine[];
}

/** The switchboard's REST is where its WebSocket is. */
function origin(): string {
  return new URL(store.state.account?.switchboard ?? location.href).origin.replace(/^ws/, "http");
}

/** Raises ApiError. */
export async function request(path: string, body?: unknown): Promise<Response> {
  const token = await api.switchboardToken();
  let response: Response;
  try {
    response = await fetch(origin() + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? null : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new api.ApiError(0, { error: "switchboard_unreachable", text: "The switchboard does not answer." });
  }
  if (response.ok) return response;
  const parsed: unknown = await response.json().catch(() => ({}));
  throw new api.ApiError(response.status, (parsed ?? {}) as Record<string, unknown>);
}
