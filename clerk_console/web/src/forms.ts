/** A service's form: checked in the browser against the same JSON Schema as in the back end, worded in any language. */
import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import type { Service } from "./api.ts";
import { date, has, t, tIn, language, type Language } from "./words.ts";

/** Schema keyword to reason id, as `clerk_console/services/form.py` names them. */
const reasons: Record<string, string> = {
  type: "type",
  minLength: "too_short",
  maxLength: "too_long",
  pattern: "pattern",
  format: "format",
  enum: "choice",
  const: "choice",
  additionalProperties: "unknown",
};

type Values = Record<string, string>;

/** The values as they are sent: without outer white space and without what was left empty. */
export function tidy(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );
}

/** The first values of an empty form: the schema's defaults. */
export function defaults(service: Service): Values {
  return Object.fromEntries(
    Object.entries(service.form.properties)
      .filter(([, field]) => typeof field.default === "string")
      .map(([name, field]) => [name, String(field.default)]),
  );
}

function cause(unit: OutputUnit): [string, string] | null {
  // The validator names a missing property only in its message.
  if (unit.keyword === "required") {
    const missing = /"([^"]+)"/.exec(unit.error)?.[1];
    return missing ? [missing, "required"] : null;
  }
  const field = /^#\/([^/]+)/.exec(unit.instanceLocation)?.[1];
  const reason = reasons[unit.keyword];
  return field && reason ? [field, reason] : null;
}

/** The fields that are wrong, each with its first reason id; empty when all is well. */
export function faults(service: Service, values: Values): Record<string, string> {
  const validator = new Validator(service.form as unknown as Schema, "2020-12", false);
  const found: Record<string, string> = {};
  for (const unit of validator.validate(tidy(values)).errors) {
    const [field, reason] = cause(unit) ?? [];
    if (field && reason) found[field] ??= reason;
  }
  return found;
}

/** Whether the form as filled in now cannot do without the field (conditions of the schema included). */
export function required(service: Service, values: Values, field: string): boolean {
  if (service.form.required?.includes(field)) return true;
  const { [field]: _, ...without } = values;
  return faults(service, without)[field] === "required";
}

export function fieldLabel(field: string, wanted: Language = language()): string {
  return tIn(wanted, `field-${field}`);
}

export function fieldHint(field: string): string | null {
  return has(`hint-${field}`) ? t(`hint-${field}`) : null;
}

/** A value in words: the name of a choice, a date as it is written there. */
export function valueText(service: Service, field: string, value: string, wanted: Language = language()): string {
  const named = service.ui.options?.[field]?.[value]?.[wanted];
  if (named) return named;
  if (has(`choice-${field}-${value}`)) return tIn(wanted, `choice-${field}-${value}`);
  return service.form.properties[field]?.format === "date" ? date(value, wanted) : value;
}

/** The choices of a field in the clerk's language, sorted as people look for them. */
export function choices(service: Service, field: string): { value: string; label: string }[] {
  const listed = (service.form.properties[field]?.enum ?? []).map((value) => ({
    value,
    label: valueText(service, field, value),
  }));
  return service.ui.options?.[field] ? listed.sort((a, b) => a.label.localeCompare(b.label, language())) : listed;
}

/** The filled form as the citizen is shown it, in the citizen's language. */
export function summary(service: Service, values: Values, wanted: Language): { label: string; value: string }[] {
  return service.ui.order
    .filter((field) => values[field]?.trim())
    .map((field) => ({
      label: fieldLabel(field, wanted),
      value: valueText(service, field, values[field]?.trim() ?? "", wanted),
    }));
}
