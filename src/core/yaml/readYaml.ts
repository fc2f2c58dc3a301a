import type { z } from "zod";
import { ConfigurationError } from "../errors.ts";
import { checkSchema, type KeyPath, type SchemaProblem } from "../schemaProblems.ts";
import { sentence, YamlText, type OffsetRange, type TextPosition } from "./yamlText.ts";
import { largest } from "../lists.ts";

/** Something wrong in a YAML document, with its exact place. */
export interface YamlProblem {
  readonly kind: SchemaProblem["kind"] | "syntax";
  readonly message: string;
  readonly hint?: string;
  /** What the user may have meant, the nearest first: texts to put in its place. */
  readonly suggestions?: readonly string[];
  readonly path: KeyPath;
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export type YamlReading<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value?: undefined; readonly problems: readonly YamlProblem[] };

/**
 * Reads one YAML 1.2 document against a schema. Never throws for what is in the text: everything wrong is among the
 * problems, in the order of the text.
 */
export function readYaml<T>(text: string, schema: z.ZodType<T>): YamlReading<T> {
  return readYamlText(new YamlText(text), schema);
}

/** The same for a text that is parsed already. */
export function readYamlText<T>(yaml: YamlText, schema: z.ZodType<T>): YamlReading<T> {
  const place = (path: KeyPath, range: OffsetRange) => ({
    path,
    start: yaml.position(range[0]),
    end: yaml.position(largest(range)),
  });
  const { faults } = yaml;
  if (faults.length > 0)
    return { problems: faults.map(({ message, range }) => ({ kind: "syntax", message, ...place([], range) })) };
  let value: unknown;
  try {
    value = yaml.value();
  } catch (error) {
    const message = error instanceof Error ? sentence(error.message) : String(error);
    return { problems: [{ kind: "syntax", message, ...place([], [0, yaml.text.length]) }] };
  }
  const checked = checkSchema(value, schema);
  if ("value" in checked) return checked;
  const problems = checked.problems.map((problem) => ({
    ...problem,
    ...place(problem.path, yaml.rangeOf(problem.path, problem.kind === "unknownKey")),
  }));
  return { problems: problems.sort((a, b) => a.start.offset - b.start.offset) };
}

/**
 * Reads one YAML document, or refuses it.
 * @param file named in the error
 * @throws ConfigurationError at the place of the first problem; its message names the others too
 */
export function parseYaml<T>(text: string, schema: z.ZodType<T>, file?: string): T {
  const reading = readYaml(text, schema);
  if (reading.problems.length > 0) throw problemsError(reading.problems, file);
  return reading.value as T;
}

/** An error at the place of the first problem, whose message names the others too. There is at least one. */
export function problemsError(problems: readonly YamlProblem[], file?: string): ConfigurationError {
  const [first, ...others] = problems;
  const further = others.map(
    ({ message, hint, start }) => `\nline ${start.line}: ${[message, hint].filter(Boolean).join(" ")}`,
  );
  return new ConfigurationError(first!.message + further.join(""), {
    hint: first!.hint,
    place: {
      file,
      line: first!.start.line,
      column: first!.start.column,
      field: first!.path.length > 0 ? first!.path.join(".") : undefined,
    },
  });
}
