import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  type Pair,
  type ParsedNode,
} from "yaml";
import { parseYamlDocument } from "./parseYaml.ts";
import type { KeyPath } from "../schemaProblems.ts";

/** Line and column are 1-based, as editors show them; the offset is zero-based, in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** From the first offset to the one after the last, zero-based, in UTF-16 units. */
export type OffsetRange = readonly [start: number, end: number];

/** A single value (not a list or mapping) and where it stands. */
export interface ScalarAt {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly range: OffsetRange;
}

/** The text of one YAML 1.2 document, with the place of everything in it. Parsing never throws. */
export class YamlText {
  private readonly document: Document.Parsed;
  private readonly lineCounter = new LineCounter();

  constructor(readonly text: string) {
    const { lineCounter } = this;
    this.document = parseYamlDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  }

  /** What is wrong with the syntax. */
  get faults(): readonly { readonly message: string; readonly range: OffsetRange }[] {
    const { errors, warnings } = this.document;
    return [...errors, ...warnings].map(({ message, pos }) => ({ message: sentence(message), range: pos }));
  }

  /**
   * The plain value of the document, as far as it could be read.
   * @throws Error when aliases would expand to very much
   */
  value(): unknown {
    // An alias may repeat a node; without a limit a few hundred bytes could expand to gigabytes.
    return this.document.toJS({ maxAliasCount: 100 }) as unknown;
  }

  /** Every single value, in the order of the text. What an alias repeats is not repeated. */
  scalars(): ScalarAt[] {
    const found: ScalarAt[] = [];
    const visit = (node: unknown, path: KeyPath): void => {
      if (isScalar(node)) {
        const range = nodeRange(node);
        if (range !== undefined) found.push({ path, value: node.value, range });
      } else if (isMap(node)) {
        for (const pair of node.items) visit(pair.value, [...path, keyOf(pair) ?? ""]);
      } else if (isSeq(node)) {
        node.items.forEach((item, index) => visit(item, [...path, index]));
      }
    };
    visit(this.document.contents satisfies ParsedNode | null, []);
    return found;
  }

  /** Where the value at a path stands, or its key; the innermost object that exists when the path does not. */
  rangeOf(path: KeyPath, atKey: boolean): OffsetRange {
    let range: OffsetRange = [0, 0];
    let node: unknown = this.document.contents;
    for (const [index, part] of path.entries()) {
      const pair = isMap(node) ? node.items.find((candidate) => keyOf(candidate) === String(part)) : undefined;
      if (pair !== undefined) {
        const isLast = index === path.length - 1;
        range = nodeRange(atKey && isLast ? pair.key : pair.value) ?? nodeRange(pair.key) ?? range;
        node = pair.value;
      } else if (isSeq(node) && typeof part === "number") {
        node = node.items[part];
        range = nodeRange(node) ?? range;
      } else break;
    }
    return range;
  }

  position(offset: number): TextPosition {
    const within = Math.min(offset, this.text.length);
    const { line, col } = this.lineCounter.linePos(within);
    return { line: Math.max(1, line), column: Math.max(1, col), offset: within };
  }
}

/** A message of the YAML parser as a sentence. */
export function sentence(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

/** From the first character to the end of the value, trailing comments and line breaks left out. */
function nodeRange(node: unknown): OffsetRange | undefined {
  const range = isNode(node) ? (node as Node).range : undefined;
  return range ? [range[0], range[1]] : undefined;
}
