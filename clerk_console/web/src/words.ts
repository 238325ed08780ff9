/** The console's words: Fluent messages in German and English, and the choice between them, which is remembered. */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import commonDe from "../../../signaling/protocol/words/de/common.ftl?raw";
import commonEn from "../../../signaling/protocol/words/en/common.ftl?raw";
import consoleDe from "../words/de/console.ftl?raw";
import consoleEn from "../words/en/console.ftl?raw";
import qualityDe from "../words/de/quality.ftl?raw";
import qualityEn from "../words/en/quality.ftl?raw";
import statisticsDe from "../words/de/statistics.ftl?raw";
import statisticsEn from "../words/en/statistics.ftl?raw";

export type Language = "de" | "en";
export type Arguments = Record<string, FluentVariable>;

const REMEMBERED = "fernamt.language";

function bundle(language: Language, ...sources: string[]): FluentBundle {
  const made = new FluentBundle(language, { useIsolating: false });
  for (const source of sources) {
    const errors = made.addResource(new FluentResource(source));
    if (errors.length > 0) throw errors[0];
  }
  return made;
}

const bundles: Record<Language, FluentBundle> = {
  de: bundle("de", commonDe, consoleDe, qualityDe, statisticsDe),
  en: bundle("en", commonEn, consoleEn, qualityEn, statisticsEn),
};

let chosen: Language = localStorage.getItem(REMEMBERED) === "en" ? "en" : "de";

export function language(): Language {
  return chosen;
}

export function chooseLanguage(next: Language): void {
  chosen = next;
  localStorage.setItem(REMEMBERED, next);
  document.documentElement.lang = next;
}

/** The language of ours that is nearest to a BCP 47 tag; English for those we do not have yet. */
export function nearest(tag: string): Language {
  return tag.split("-")[0] === "de" ? "de" : "en";
}

/** Whether there is a message `id`; both languages hold the same ones (tests/test_words.py). */
export function has(id: string): boolean {
  return bundles.de.hasMessage(id);
}

/** The message `id` in a given language; an unknown id shows as itself, so that it is found. */
export function tIn(wanted: Language, id: string, args: Arguments = {}): string {
  const message = bundles[wanted].getMessage(id);
  return message?.value ? bundles[wanted].formatPattern(message.value, args) : id;
}

/** The message `id` in the clerk's language. */
export function t(id: string, args: Arguments = {}): string {
  return tIn(chosen, id, args);
}

/** A duration as people read a clock: `m:ss`, or `h:mm:ss` from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

const locales: Record<Language, string> = { de: "de-DE", en: "en-GB" };

/** In figures where all readers order them alike; in English the month is a word, since 12/08 has two meanings. */
const dates: Record<Language, Intl.DateTimeFormatOptions> = {
  de: { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" },
  en: { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" },
};

/** An ISO date (no time) as written in a language; anything else unchanged. */
export function date(iso: string, wanted: Language = chosen): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return iso;
  return new Intl.DateTimeFormat(locales[wanted], dates[wanted]).format(new Date(`${iso}T00:00:00Z`));
}

/** A moment (ISO with time, or seconds since the epoch) in the clerk's time zone. */
export function moment(at: string | number): string {
  const when = new Date(typeof at === "number" ? at * 1000 : at);
  if (Number.isNaN(when.getTime())) return String(at);
  return new Intl.DateTimeFormat(locales[chosen], { dateStyle: "medium", timeStyle: "short" }).format(when);
}

/** A number with the language's decimal sign. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString(locales[chosen], { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
