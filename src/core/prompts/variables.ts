import { ConfigurationError } from "../errors.ts";

/** A `{{variable}}` of a template. */
export interface Variable {
  /** Without the braces and the blanks beside them. */
  readonly name: string;
  /** Offsets of the whole, braces included. */
  readonly start: number;
  readonly end: number;
}

/** What variables stand for. Lists and mappings are written as JSON. */
export type VariableValues = Readonly<Record<string, unknown>>;

const pattern = /\{\{[^\S\n]*([^{}\n]*?)[^\S\n]*\}\}/g;

/** The variables of a template, in its order; one that is used twice is there twice. */
export function variablesIn(template: string): Variable[] {
  return [...template.matchAll(pattern)]
    .filter(([, name]) => name !== "")
    .map(({ 0: whole, 1: name, index }) => ({ name: name!, start: index, end: index + whole.length }));
}

/**
 * A template with its variables filled in. What is filled in is data: braces in it stay what they are.
 * @throws ConfigurationError that names the variables without a value
 */
export function fillTemplate(template: string, values: VariableValues): string {
  const missing = [...new Set(variablesIn(template).map(({ name }) => name))].filter(
    (name) => textOf(values, name) === undefined,
  );
  if (missing.length > 0) {
    const names = missing.map((name) => `{{${name}}}`).join(", ");
    throw new ConfigurationError(`There is no value for ${names}.`, {
      hint: "Give one under `testData`, or take the variable out of the message.",
      place: { field: missing[0] },
    });
  }
  return template.replaceAll(pattern, (whole, name: string) => (name === "" ? whole : textOf(values, name)!));
}

/** The text that a variable stands for; undefined where it has no value. */
export function textOf(values: VariableValues, name: string): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
