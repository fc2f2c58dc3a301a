import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair } from "yaml";
import type { z } from "zod";
import { ConfigurationError } from "../errors.ts";
import { checkSchema, type KeyPath } from "./schemaProblems.ts";

/** Line and column are 1-based, as editors show them; the offset is zero-based, in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** Something wrong in a YAML document, with its exact place. */
export interface YamlProblem {
  readonly message: string;
  readonly hint?: string;
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
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  const places = new Places(document, lineCounter, text.length);
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { problems: faults.map(({ message, pos }) => places.problem(syntaxMessage(message), [], pos)) };
  }
  let value: unknown;
  try {
    // An alias may repeat a node; without a limit a few hundred bytes could expand to gigabytes.
    value = document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    const message = error instanceof Error ? syntaxMessage(error.message) : String(error);
    return { problems: [places.problem(message, [], [0, text.length])] };
  }
  const checked = checkSchema(value, schema);
  if ("value" in checked) return checked;
  const problems = checked.problems.map(({ message, hint, path, kind }) =>
    places.problem(message, path, places.rangeOf(path, kind === "unknownKey"), hint),
  );
  return { problems: problems.sort((a, b) => a.start.offset - b.start.offset) };
}

/**
 * Reads one YAML document, or refuses it.
 * @param file named in the error
 * @throws ConfigurationError at the place of the first problem; its message names the others too
 */
export function parseYaml<T>(text: string, schema: z.ZodType<T>, file?: string): T {
  const reading = readYaml(text, schema);
  const [first, ...others] = reading.problems;
  if (first === undefined) return reading.value as T;
  const further = others.map(
    ({ message, hint, start }) => `\nline ${start.line}: ${[message, hint].filter(Boolean).join(" ")}`,
  );
  throw new ConfigurationError(first.message + further.join(""), {
    hint: first.hint,
    place: {
      file,
      line: first.start.line,
      column: first.start.column,
      field: first.path.length > 0 ? first.path.join(".") : undefined,
    },
  });
}

function syntaxMessage(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

type Range = readonly [start: number, end: number];

class Places {
  constructor(
    private readonly document: Document,
    private readonly lineCounter: LineCounter,
    private readonly length: number,
  ) {}

  problem(message: string, path: KeyPath, range: Range, hint?: string): YamlProblem {
    return { message, hint, path, start: this.position(range[0]), end: this.position(Math.max(...range)) };
  }

  /** Where the value at a path stands, or its key; the innermost object that exists when the path does not. */
  rangeOf(path: KeyPath, atKey: boolean): Range {
    let range: Range = [0, 0];
    let node: unknown = this.document.contents;
    for (const part of path) {
      const pair = isMap(node) ? node.items.find((candidate) => keyOf(candidate) === String(part)) : undefined;
      if (pair !== undefined) {
        range = nodeRange(atKey && part === path.at(-1) ? pair.key : pair.value) ?? nodeRange(pair.key) ?? range;
        node = pair.value;
      } else if (isSeq(node) && typeof part === "number") {
        node = node.items[part];
        range = nodeRange(node) ?? range;
      } else break;
    }
    return range;
  }

  private position(offset: number): TextPosition {
    const within = Math.min(offset, this.length);
    const { line, col } = this.lineCounter.linePos(within);
    return { line: Math.max(1, line), column: Math.max(1, col), offset: within };
  }
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

/** From the first character to the end of the value, trailing comments and line breaks left out. */
function nodeRange(node: unknown): Range | undefined {
  const range = isNode(node) ? (node as Node).range : undefined;
  return range ? [range[0], range[1]] : undefined;
}
