/** Statistics of past days and the what-if, asked of the switchboard's REST. */
import { request } from "./switchboard-rest.ts";

/** One line of figures (docs/statistics.md). Seconds, and shares of 0 to 1; null: none, or about too few clerks. */
export interface Figures {
  day: string | null;
  region: string | null;
  service: string | null;
  hour: number | null;
  arrivals: number;
  answered: number;
  answered_within: number;
  abandoned: number;
  abandoned_within: number;
  waiting: number;
  callbacks: number;
  completed: number;
  service_level: number | null;
  abandonment: number | null;
  wait_mean_s: number | null;
  wait_median_s: number | null;
  wait_p90_s: number | null;
  wait_longest_s: number | null;
  handling_s: number | null;
  wrap_up_s: number | null;
  occupancy: number | null;
  clerk_hours: number | null;
}

export interface Statistics {
  from: string;
  to: string;
  within_s: number;
  minimum_group_size: number;
  regions: string[];
  lines: Figures[];
}

/** Appointments (docs/statistics.md); null where too few were due. */
export interface AppointmentFigures {
  day: string | null;
  region: string | null;
  service: string | null;
  booked: number;
  moved: number;
  cancelled: number;
  in_time: number | null;
  late: number | null;
  no_show: number | null;
  attended: number | null;
}

export interface AppointmentStatistics {
  from: string;
  to: string;
  minimum_group_size: number;
  lines: AppointmentFigures[];
}

export interface Desk {
  region: string;
  per_hour: number;
  clerks: number;
}

export interface WhatIf {
  desks: Desk[];
  handling_s: number;
  patience_s: number;
  level: number;
  within_s: number;
}

export interface Outcome {
  clerks: number;
  service_level: number;
  wait_mean_s: number;
  abandonment: number;
  occupancy: number;
  needed: number;
}

export interface Staffing {
  separate: Outcome[];
  sum_of_separate: Outcome;
  pooled: Outcome;
}

export type Span = "day" | "week" | "month";
export type Part = "day" | "region" | "service" | "hour";

export interface Period {
  from: string;
  to: string;
}

/** Today in the browser's time zone, as an ISO date. */
export function today(): string {
  const now = new Date();
  return iso(new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())));
}

/** The day, the week from Monday or the month that a day is in. */
export function period(span: Span, day: string): Period {
  const at = new Date(`${day}T00:00:00Z`);
  if (span === "day") return { from: day, to: day };
  if (span === "week") {
    const monday = shifted(at, -((at.getUTCDay() + 6) % 7));
    return { from: iso(monday), to: iso(shifted(monday, 6)) };
  }
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { from: iso(new Date(Date.UTC(year, month, 1))), to: iso(new Date(Date.UTC(year, month + 1, 0))) };
}

/** The same day of the span before (-1) or after (1). */
export function moved(span: Span, day: string, by: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (span !== "month") return iso(shifted(at, by * (span === "day" ? 1 : 7)));
  return iso(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + by, 1)));
}

export function ago(day: string, days: number): string {
  return iso(shifted(new Date(`${day}T00:00:00Z`), -days));
}

function shifted(at: Date, days: number): Date {
  return new Date(at.getTime() + days * 86_400_000);
}

function iso(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Raises ApiError. */
export async function statistics(asked: Period, by: Part[], region: string | null): Promise<Statistics> {
  return (await (await request(`/api/statistics?${query(asked, by, region)}`)).json()) as Statistics;
}

/** The same as a file. Raises ApiError. */
export async function table(asked: Period, by: Part[], region: string | null): Promise<Blob> {
  return await (await request(`/api/statistics.csv?${query(asked, by, region)}`)).blob();
}

/** Raises ApiError. Appointments are counted by day, not by hour. */
export async function appointments(asked: Period, by: Exclude<Part, "hour">[], region: string | null): Promise<AppointmentStatistics> {
  return (await (await request(`/api/appointments/counts?${query(asked, by, region)}`)).json()) as AppointmentStatistics;
}

/** The same as a file. Raises ApiError. */
export async function appointmentTable(asked: Period, by: Exclude<Part, "hour">[], region: string | null): Promise<Blob> {
  return await (await request(`/api/appointments/counts.csv?${query(asked, by, region)}`)).blob();
}

/** Raises ApiError. */
export async function staffing(asked: WhatIf): Promise<Staffing> {
  return (await (await request("/api/staffing", asked)).json()) as Staffing;
}

function query(asked: Period, by: Part[], region: string | null): URLSearchParams {
  return new URLSearchParams({ from: asked.from, to: asked.to, by: by.join(","), ...(region ? { region } : {}) });
}
