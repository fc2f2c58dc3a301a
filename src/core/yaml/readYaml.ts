import type { z } from "zod";
import { ConfigurationError } from "../errors.ts";
import { checkSchema, type KeyPath, type SchemaProblem } from "../schemaProblems.ts";
import { pyYamlHint } from "./pyYamlHint.ts";
import type { TextRange } from "./textRange.ts";
import { pointer, rangeAt, readYamlStream, type YamlDocument, type YamlStream } from "./yamlStream.ts";

/** Something wrong in a YAML document, with its exact place. */
export interface YamlProblem {
  readonly kind: SchemaProblem["kind"] | "syntax";
  readonly message: string;
  readonly hint?: string;
  /** What the user may have meant, the nearest first: texts to put in its place. */
  readonly suggestions?: readonly string[];
  readonly path: KeyPath;
  readonly range: TextRange;
}

export type YamlReading<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value?: undefined; readonly problems: readonly YamlProblem[] };

/**
 * Reads one YAML 1.2 document against a schema. Never throws for what is in the text: everything wrong is among the
 * problems, in the order of the text.
 */
export function readYaml<T>(text: string, schema: z.ZodType<T>): YamlReading<T> {
  return readOnly(readYamlStream(text, "1.2"), schema);
}

/** The same for a text that is parsed already, and has to be a single document. */
export function readOnly<T>({ documents }: YamlStream, schema: z.ZodType<T>): YamlReading<T> {
  const [document, second] = documents;
  const reading = readDocument(document!, schema);
  return second === undefined ? reading : { problems: [...reading.problems, secondDocument(second)] };
}

function secondDocument({ range: { start, end } }: YamlDocument): YamlProblem {
  const message = "A second document begins here, but there can be only one.";
  return { kind: "syntax", message, path: [], range: { start, end: Math.min(start + 3, end) } };
}

/** One document against a schema, like {@link readYaml}. Where its syntax is broken, it is not looked at further. */
export function readDocument<T>(document: YamlDocument, schema: z.ZodType<T>): YamlReading<T> {
  const faults = document.problems.filter(({ kind }) => kind !== "duplicateKey");
  if (faults.length > 0) {
    return { problems: faults.map(({ message, range }) => ({ kind: "syntax", message, path: [], range })) };
  }
  const checked = checkSchema(document.value, schema);
  if ("value" in checked) return checked;
  const problems = checked.problems.map((problem) => ({
    ...problem,
    ...pyYamlHint(document, problem),
    range: rangeAt(document, pointer(problem.path), problem.kind === "unknownKey" ? "key" : "value"),
  }));
  return { problems: inOrder(problems) };
}

/** Problems in the order of the text. */
export function inOrder<Problem extends { readonly range: TextRange }>(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.range.start - b.range.start);
}

/**
 * Reads one YAML document, or refuses it.
 * @param file named in the error
 * @throws ConfigurationError at the place of the first problem; its message names the others too
 */
export function parseYaml<T>(text: string, schema: z.ZodType<T>, file?: string): T {
  const stream = readYamlStream(text, "1.2");
  const reading = readOnly(stream, schema);
  if (reading.problems.length > 0) throw problemsError(reading.problems, stream, { file });
  return reading.value as T;
}

/**
 * An error at the place of the first problem, whose message names the others too. There is at least one.
 * @param stream the text that the problems are in
 * @param within the file that holds the text, and the line of it on which the text begins, counted from 1
 */
export function problemsError(
  problems: readonly YamlProblem[],
  stream: YamlStream,
  { file, line: begins = 1 }: { readonly file?: string | undefined; readonly line?: number },
): ConfigurationError {
  const [first, ...others] = problems.map((problem) => {
    const { line, column } = stream.placeOf(problem.range.start);
    return { ...problem, line: line + begins - 1, column };
  });
  const { message, hint, line, column, path } = first!;
  const further = others.map(
    (other) => `\nline ${other.line}: ${[other.message, other.hint].filter(Boolean).join(" ")}`,
  );
  const field = path.length > 0 ? path.join(".") : undefined;
  return new ConfigurationError(message + further.join(""), { hint, place: { file, line, column, field } });
}
