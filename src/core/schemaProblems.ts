import { z } from "zod";
import { nearest } from "./suggest.ts";

export type KeyPath = readonly (string | number)[];

/** Something in a value that its schema does not allow. */
export interface SchemaProblem {
  readonly message: string;
  readonly hint?: string;
  /** What the user may have meant, the nearest first: texts to put in its place. */
  readonly suggestions?: readonly string[];
  /** Where: the key path of the offending value, or of the object in which a key is missing. */
  readonly path: KeyPath;
  readonly kind: "value" | "missingKey" | "unknownKey";
  /** The key that is missing. */
  readonly key?: string;
}

/** A value that fits, with defaults filled in, or every problem in plain words. */
export type Checked<T> =
  { readonly value: T; readonly problems: readonly [] } | { readonly problems: readonly SchemaProblem[] };

/** Where the problem is in one word: `options.0`, the missing key included; undefined for the value as a whole. */
export function fieldOf({ path, key }: SchemaProblem): string | undefined {
  const parts = key === undefined ? path : [...path, key];
  return parts.length === 0 ? undefined : parts.join(".");
}

/**
 * Checks a value against a schema. What a user reads about a value comes from here: the validator's own words are made
 * for programmers.
 */
export function checkSchema<T>(value: unknown, schema: z.ZodType<T>): Checked<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { value: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => describe(issue, schema, [])) };
}

type Issue = z.core.$ZodIssue;

/**
 * One issue in plain words, where a schema was applied elsewhere: with the option `reportInput`, without which nobody
 * knows what was found.
 */
export function describeIssue(issue: Issue): SchemaProblem {
  return describe(issue, z.unknown(), [])[0]!;
}

function describe(issue: Issue, schema: z.ZodType, base: KeyPath): SchemaProblem[] {
  const path = [...base, ...issue.path.filter((part) => typeof part !== "symbol")];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, path, keysAt(schema, path)));
    case "invalid_union":
      return describeUnion(issue, schema, path);
    case "invalid_type":
      if (issue.input === undefined) return [missing(path)];
      return [wrongType(path, issue)];
    case "invalid_value":
      if (issue.input === undefined) return [missing(path)];
      return [wrongChoice(path, issue.values.map(String), issue.input)];
    case "too_small":
      return [problem(path, ownMessage(issue) ?? tooSmall(issue))];
    case "too_big":
      return [problem(path, ownMessage(issue) ?? tooBig(issue))];
    case "invalid_key":
    case "invalid_element":
      return issue.issues.flatMap((inner) => describe(inner, schema, path));
    case "not_multiple_of":
      return [problem(path, ownMessage(issue) ?? `Must be a multiple of ${issue.divisor}.`)];
    case "custom":
    case "invalid_format":
      return [problem(path, ownMessage(issue) ?? `${capital(show(issue.input))} is not allowed here.`)];
  }
}

/** What the schema itself says about the fault, where it does: undefined for the words that zod has of its own. */
function ownMessage({ message }: Issue): string | undefined {
  return /^(Invalid|Too small|Too big|Unrecognized)\b/.test(message) ? undefined : sentence(message);
}

function problem(path: KeyPath, message: string, hint?: string, suggestions?: readonly string[]): SchemaProblem {
  return { kind: "value", path, message, hint, suggestions };
}

function wrongType(path: KeyPath, issue: Extract<Issue, { code: "invalid_type" }>): SchemaProblem {
  const own = ownMessage(issue);
  if (own !== undefined) return problem(path, own);
  const { expected, input } = issue;
  // 1, true and null are no texts to YAML, nor to JSON.
  const hint = expected === "string" && !(input instanceof Object) ? "Put it in quotes." : undefined;
  return problem(path, `Expected ${typeName(expected)}, found ${show(input)}.`, hint);
}

function missing(path: KeyPath): SchemaProblem {
  const last = path.at(-1);
  if (last === undefined) return problem(path, "There is no value.");
  const key = String(last);
  return { kind: "missingKey", path: path.slice(0, -1), key, message: `The key ${JSON.stringify(key)} is missing.` };
}

function unknownKey(key: string, path: KeyPath, known: readonly string[]): SchemaProblem {
  const near = nearest(key, known);
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : `Known keys: ${known.join(", ")}.`;
  const message = `Unknown key ${JSON.stringify(key)}.`;
  return { kind: "unknownKey", path: [...path, key], message, hint, suggestions: near };
}

function wrongChoice(path: KeyPath, values: readonly string[], input: unknown): SchemaProblem {
  const near = typeof input === "string" ? nearest(input, values) : [];
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : undefined;
  const expected = values.length === 1 ? values[0] : `one of ${values.join(", ")}`;
  return problem(path, `Expected ${expected}, found ${show(input)}.`, hint, near);
}

/** Of several forms that a value may have, the one the user most likely meant: where the fault lies deepest. */
function describeUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  schema: z.ZodType,
  path: KeyPath,
): SchemaProblem[] {
  if (issue.discriminator !== undefined) return describeVariant(issue.discriminator, issue.input, path);
  const branches = issue.errors.map((issues) => issues.flatMap((inner) => describe(inner, schema, path)));
  const specific = branches.filter((problems) =>
    problems.every((inner) => inner.path.length > path.length || inner.kind !== "value"),
  );
  const meant = specific.sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined && meant.length > 0) return meant;
  if (issue.input === undefined) return [missing(path)];
  const forms = branches.flatMap((problems) =>
    problems.map(({ message }) => /^Expected (.+), found/s.exec(message)?.[1]),
  );
  const expected = [...new Set(forms.filter((form) => form !== undefined))].join(", or ");
  if (expected === "") return branches[0] ?? [problem(path, `${capital(show(issue.input))} is not allowed here.`)];
  const near = branches.flatMap((problems) => problems.flatMap(({ suggestions = [] }) => suggestions));
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : undefined;
  return [problem(path, `Expected ${expected}; found ${show(issue.input)}.`, hint, near)];
}

/** A key says which of several forms an object has, and it names none of them. */
function describeVariant(discriminator: string, input: unknown, path: KeyPath): SchemaProblem[] {
  const at = path.at(-1) === discriminator ? path : [...path, discriminator];
  const value = input instanceof Object ? (input as Record<string, unknown>)[discriminator] : input;
  return [value === undefined ? missing(at) : problem(at, `Unknown ${discriminator}: ${show(value)}.`)];
}

function tooSmall({ origin, minimum, inclusive }: Extract<Issue, { code: "too_small" }>): string {
  if (origin === "array") return minimum === 1 ? "The list is empty." : `Must have at least ${minimum} entries.`;
  if (origin === "string") return "The text is empty.";
  return inclusive === false ? `Must be more than ${minimum}.` : `Must be at least ${minimum}.`;
}

function tooBig({ origin, maximum }: Extract<Issue, { code: "too_big" }>): string {
  if (origin === "array") return `Must have at most ${maximum} entries.`;
  if (origin === "string") return `Must have at most ${maximum} characters.`;
  return `Must be at most ${maximum}.`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of keys to values",
  record: "a mapping of keys to values",
  null: "nothing",
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

function show(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string")
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
  return String(value);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

/** Keys that a schema knows in the object at a path, over all forms that the object may have. */
export function keysAt(schema: z.ZodType, path: KeyPath): string[] {
  return [...new Set(objectsAt(schema, path).flatMap((object) => Object.keys(object.shape)))];
}

function objectsAt(schema: z.ZodType, path: KeyPath): z.ZodObject[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => objectsAt(option as z.ZodType, path));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return objectsAt(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodPipe) return objectsAt(schema.in as z.ZodType, path);
  const [first, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (first === undefined) return [schema];
    const inner = (schema.shape as Record<string, z.ZodType>)[first];
    return inner === undefined ? [] : objectsAt(inner, rest);
  }
  if (first === undefined) return [];
  if (schema instanceof z.ZodArray) return objectsAt(schema.element as z.ZodType, rest);
  if (schema instanceof z.ZodRecord) return objectsAt(schema.valueType as z.ZodType, rest);
  return [];
}
