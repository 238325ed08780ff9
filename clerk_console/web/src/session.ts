/** Who is signed in, and the desk that comes with it. */
import * as api from "./api.ts";
import { Desk } from "./desk.ts";
import { store, type Page } from "./state.ts";

let desk: Desk | null = null;

/** Whether this browser has signed in and not out again: without it there is no session worth asking for. */
const SIGNED_IN = "fernamt.signed_in";

export function currentDesk(): Desk | null {
  return desk;
}

const paths: Record<Page, string> = { desk: "/", supervisor: "/supervisor", cases: "/cases", booths: "/booths" };

function pageOf(path: string): Page {
  const found = (Object.entries(paths) as [Page, string][]).find(([, own]) => own === path.replace(/(.)\/$/, "$1"));
  return found?.[0] ?? "desk";
}

/** The pages this member of staff may see, in the order of the navigation. */
export function pagesFor(roles: string[]): Page[] {
  return [
    ...(roles.includes("clerk") ? (["desk", "cases"] as const) : []),
    ...(roles.includes("supervisor") ? (["supervisor"] as const) : []),
    ...(roles.includes("operator") ? (["booths"] as const) : []),
  ];
}

export function pathOf(page: Page): string {
  return paths[page];
}

/** Show a page; the first allowed one when this one is not. */
export function show(page: Page, remember = true): void {
  const allowed = pagesFor(store.state.account?.staff.roles ?? []);
  // A supervisor who joins a call has a workplace as long as it lasts.
  const joins = page === "desk" && allowed.includes("supervisor");
  const next = allowed.includes(page) || joins ? page : (allowed[0] ?? "desk");
  if (remember && location.pathname !== paths[next]) history.pushState(null, "", paths[next]);
  store.set({ page: next });
}

function begin(account: api.Session): void {
  localStorage.setItem(SIGNED_IN, "1");
  store.set({ session: "signed_in", account });
  // Who only operates has no line to the switchboard: there is nothing for them there.
  if (account.staff.roles.some((role) => role === "clerk" || role === "supervisor")) {
    desk = new Desk(account, expired);
    desk.open();
  }
  show(pageOf(location.pathname), false);
}

function expired(): void {
  desk?.close();
  desk = null;
  localStorage.removeItem(SIGNED_IN);
  store.reset();
}

/** Take up the session of the cookie, if there is one. */
export async function resume(): Promise<void> {
  window.addEventListener("popstate", () => show(pageOf(location.pathname), false));
  store.set({ page: pageOf(location.pathname) });
  if (!localStorage.getItem(SIGNED_IN)) {
    store.set({ session: "signed_out" });
    return;
  }
  try {
    begin(await api.session());
  } catch {
    store.set({ session: "signed_out" });
  }
}

/** Raises ApiError (credentials_wrong, too_many_attempts, console_unreachable). */
export async function signIn(name: string, password: string): Promise<void> {
  begin(await api.signIn(name, password));
}

export async function signOut(): Promise<void> {
  expired();
  await api.signOut().catch(() => undefined);
}
