import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Document, type Node } from "yaml";
import type { KeyPath } from "../schemaProblems.ts";
import { parseYamlDocument, parseYamlStream } from "./parseYaml.ts";
import { resolvePlain11, resolvePlain12 } from "./plainScalars.ts";
import { refusedTabs } from "./refusedTabs.ts";
import type { TextRange } from "./textRange.ts";

/**
 * By which rules a text is read. `1.2`: those of YAML 1.2 with its core schema, where a key stands once. `1.1`: as PyYAML's
 * safe loader reads it, which is what the tools of the field do: words such as `no` are booleans, `2e-4` is a text, merge
 * keys apply, and of a repeated key the last one counts.
 */
export type YamlVersion = "1.1" | "1.2";

/** What a document is after reading: plain JSON-like values. */
export type YamlValue = null | boolean | number | string | YamlValue[] | { [key: string]: YamlValue };

/** A plain scalar that YAML 1.1 (PyYAML) and YAML 1.2 read differently. */
export interface VersionDisagreement {
  readonly path: string;
  readonly text: string;
  /** What PyYAML makes of it, and who reads by YAML 1.1. */
  readonly yaml11: YamlValue;
  readonly yaml12: YamlValue;
}

export interface DocumentProblem {
  /** `tab`: YAML allows it where it stands, PyYAML does not. */
  readonly kind: "syntax" | "duplicateKey" | "unsupported" | "tab";
  readonly message: string;
  readonly path: string;
  readonly range: TextRange;
}

/** One document of a YAML stream with the places of its parts. */
export interface YamlDocument {
  readonly value: YamlValue;
  readonly problems: readonly DocumentProblem[];
  /** Of a text that is read by YAML 1.1. */
  readonly disagreements: readonly VersionDisagreement[];
  /** Ranges by JSON pointer: `key` where the node is the value of a mapping, `value` always. */
  readonly ranges: ReadonlyMap<string, { readonly key?: TextRange; readonly value: TextRange }>;
  /** Pointers of scalars that are quoted in the source. */
  readonly quoted: ReadonlySet<string>;
  /** Pointers of nodes that carry an anchor, so that aliases can repeat them. */
  readonly anchored: ReadonlySet<string>;
  /** The text between the document markers, comments included. */
  readonly range: TextRange;
  /** Every single value, in the order of the text. What an alias repeats is not repeated. */
  readonly scalars: readonly ScalarAt[];
}

/** A single value (not a list or mapping) and where it stands. */
export interface ScalarAt {
  readonly path: KeyPath;
  readonly value: YamlValue;
  readonly range: TextRange;
}

/** The documents of a text; there is at least one, and one is the common case. */
export interface YamlStream {
  readonly documents: readonly YamlDocument[];
  /** Line and column of an offset, counted from 1 as editors show them. */
  placeOf(offset: number): { readonly line: number; readonly column: number };
}

/** Aliases may repeat a node; without a limit a few hundred bytes could expand to gigabytes. */
const mostRepeated = 200_000;

/** Reads every document of a text. Never throws; everything wrong is a problem of the document. */
export function readYamlStream(text: string, version: YamlVersion): YamlStream {
  const lineCounter = new LineCounter();
  const isStrict = version === "1.2";
  const options = { schema: "failsafe", lineCounter, prettyErrors: false, uniqueKeys: isStrict, stringKeys: isStrict };
  const parsed = parseYamlStream(text, options);
  const documents = parsed.length > 0 ? parsed : [parseYamlDocument(text, options)];
  const tabs = isStrict ? [] : refusedTabs(text);
  return {
    documents: documents.map((document, index) => {
      const start = index === 0 ? 0 : documents[index - 1]!.range[2];
      const range = { start, end: document.range[2] };
      return new DocumentReader(document as Document<Node>, range, version, text.length).read(tabs);
    }),
    placeOf(offset) {
      const { line, col } = lineCounter.linePos(Math.min(offset, text.length));
      return { line: Math.max(1, line), column: Math.max(1, col) };
    },
  };
}

/**
 * Where the value at a JSON pointer stands, or its key; the nearest one above it that is written out when it is not, and of
 * the document its first key.
 */
export function rangeAt({ ranges, range }: YamlDocument, path: string, part: "key" | "value"): TextRange {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = ranges.get(at);
    if (found !== undefined) return (part === "key" && at === path ? found.key : undefined) ?? found.value;
  }
  const keys = [...ranges].flatMap(([at, { key }]) => (at.lastIndexOf("/") === 0 ? (key ?? []) : []));
  return (
    keys.reduce<TextRange | undefined>((a, b) => (a === undefined || b.start < a.start ? b : a), undefined) ?? range
  );
}

/** JSON pointer (RFC 6901) of a key path. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => "/" + String(part).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** A message of the YAML parser as a sentence. */
function sentence(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

/** What the parser says less well. */
const ownMessages: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "A tab cannot be used for indentation in YAML.",
  NON_STRING_KEY: "A key must be a text. If a text was meant that begins with a brace, put it in quotes.",
};

class TooManyValues extends Error {}

class DocumentReader {
  private readonly problems: DocumentProblem[] = [];
  private readonly disagreements: VersionDisagreement[] = [];
  private readonly ranges = new Map<string, { key?: TextRange; value: TextRange }>();
  private readonly quoted = new Set<string>();
  private readonly anchored = new Set<string>();
  private readonly expanding = new Set<Node>();
  private readonly anchors = new Map<string, Node>();
  private scalars: ScalarAt[] = [];
  /** Keys and positions that lead to the value at hand. */
  private readonly path: (string | number)[] = [];
  private repeated = 0;

  constructor(
    private readonly document: Document<Node>,
    private readonly range: TextRange,
    private readonly version: YamlVersion,
    private readonly length: number,
  ) {}

  /** @param tabs offsets in the whole text at which PyYAML stops */
  read(tabs: readonly number[]): YamlDocument {
    this.ranges.set("", { value: this.range });
    const value = this.convertAll();
    const { errors, warnings } = this.document;
    // Tags are looked at where their values are read.
    const warned = this.version === "1.1" ? [] : warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED");
    for (const { code, message, pos } of [...errors, ...warned]) {
      // What is missing at the end is missed behind it.
      const start = Math.min(pos[0], this.length);
      const end = Math.min(Math.max(pos[1], start + 1), this.length);
      this.problems.push({
        kind: "syntax",
        message: ownMessages[code] ?? sentence(message),
        path: this.innermostPathAt(start),
        range: { start, end },
      });
    }
    // As in PyYAML only the first counts, and only where the text can be read otherwise.
    const tab = tabs.find((offset) => offset >= this.range.start && offset < this.range.end);
    if (tab !== undefined && this.document.errors.length === 0) {
      const message = "A tab can only stand in quotes, block texts and comments: use spaces here.";
      this.problems.push({
        kind: "tab",
        message,
        path: this.innermostPathAt(tab),
        range: { start: tab, end: tab + 1 },
      });
    }
    const { problems, disagreements, ranges, quoted, anchored, range, scalars } = this;
    return { value, problems, disagreements, ranges, quoted, anchored, range, scalars };
  }

  private convertAll(): YamlValue {
    try {
      return this.convert(this.document.contents, "");
    } catch (error) {
      if (!(error instanceof TooManyValues)) throw error;
      const message = "With its aliases the document expands to too many values.";
      this.problems.push({ kind: "unsupported", message, path: "", range: this.range });
      return null;
    }
  }

  /** The deepest key whose line the error is on or after: a broken value belongs to the key before it. */
  private innermostPathAt(offset: number): string {
    let best = "";
    let bestStart = -1;
    for (const [path, { key, value }] of this.ranges) {
      const start = (key ?? value).start;
      if (path !== "" && start <= offset && start >= bestStart) [best, bestStart] = [path, start];
    }
    return best;
  }

  private convert(node: (Node & { readonly tag?: string }) | null, path: string): YamlValue {
    if (node === null) return null;
    if (this.expanding.size > 0 && ++this.repeated > mostRepeated) throw new TooManyValues();
    if (isAlias(node)) return this.convertAlias(this.anchors.get(node.source), node, path);
    const { anchor } = node as Node & { anchor?: string };
    if (anchor !== undefined) {
      this.anchors.set(anchor, node);
      this.anchored.add(path);
    }
    if (isScalar(node)) {
      const value = this.convertScalar(node, path);
      if (this.expanding.size === 0) this.scalars.push({ path: [...this.path], value, range: rangeOf(node) });
      return value;
    }
    if (this.version === "1.2" && node.tag !== undefined && !collectionTags.has(node.tag)) this.refuseTag(node, path);
    if (isMap(node)) return this.convertMap(node.items, path);
    if (!isSeq(node)) return null;
    return node.items.map((item, index) => {
      const itemPath = `${path}/${index}`;
      const itemNode = item as Node | null;
      if (itemNode?.range) this.ranges.set(itemPath, { value: rangeOf(itemNode) });
      return this.convertChild(itemNode, index, itemPath);
    });
  }

  private convertChild(node: Node | null, part: string | number, path: string): YamlValue {
    this.path.push(part);
    const value = this.convert(node, path);
    this.path.pop();
    return value;
  }

  private convertAlias(target: Node | undefined, alias: Node, path: string): YamlValue {
    if (target === undefined || this.expanding.has(target)) {
      this.unsupported(
        alias,
        path,
        target === undefined ? "This alias names no anchor." : "This alias contains itself.",
      );
      return null;
    }
    this.expanding.add(target);
    try {
      return this.convert(target, path);
    } finally {
      this.expanding.delete(target);
    }
  }

  private convertMap(items: readonly unknown[], path: string): YamlValue {
    const result: YamlMapping = {};
    const merged: YamlValue[] = [];
    const own = new Map<string, TextRange>();
    for (const pair of items) {
      if (!isPair(pair)) continue;
      const keyNode = pair.key as Node | null;
      if (keyNode !== null && !isScalar(keyNode)) {
        this.unsupported(keyNode, path, "A key must be a plain text.");
        continue;
      }
      const key = keyNode === null ? "" : String(keyNode.value);
      const valueNode = pair.value as Node | null;
      const keyRange = keyNode?.range ? rangeOf(keyNode) : this.range;
      const keyPath = path + pointer([key]);
      if (this.version === "1.1" && key === "<<" && keyNode?.type === "PLAIN") {
        merged.push(this.convertChild(valueNode, key, keyPath));
        continue;
      }
      const earlier = own.get(key);
      if (this.version === "1.1" && earlier !== undefined) {
        const message = `Duplicate key "${key}": only the last one counts.`;
        this.problems.push({ kind: "duplicateKey", message, path: keyPath, range: earlier });
        this.forget(keyPath);
      }
      own.set(key, keyRange);
      this.ranges.set(keyPath, { key: keyRange, value: valueNode?.range ? rangeOf(valueNode) : keyRange });
      put(result, key, this.convertChild(valueNode, key, keyPath));
    }
    return applyMergeKeys(result, merged);
  }

  /** Drops what an overridden duplicate left behind. */
  private forget(path: string): void {
    const isStale = (known: string) => known === path || known.startsWith(path + "/");
    this.scalars = this.scalars.filter((scalar) => !isStale(pointer(scalar.path)));
    for (const known of [...this.ranges.keys()]) if (known.startsWith(path + "/")) this.ranges.delete(known);
    for (const known of [...this.quoted]) if (isStale(known)) this.quoted.delete(known);
    const stale = this.disagreements.findIndex((entry) => isStale(entry.path));
    if (stale >= 0) this.disagreements.splice(stale, this.disagreements.length - stale);
  }

  private convertScalar(node: Node & { value: unknown; type?: string; tag?: string }, path: string): YamlValue {
    const text = typeof node.value === "string" ? node.value : "";
    if (node.tag !== undefined) return this.convertTagged(node, text, path);
    if (node.type !== "PLAIN") {
      this.quoted.add(path);
      return text;
    }
    const yaml12 = resolvePlain12(text);
    if (this.version === "1.2") return yaml12;
    const yaml11 = resolvePlain11(text);
    if (yaml11 !== yaml12) this.disagreements.push({ path, text, yaml11, yaml12 });
    return yaml11;
  }

  private convertTagged(node: Node & { readonly tag?: string }, text: string, path: string): YamlValue {
    if (node.tag === "!" || node.tag === "tag:yaml.org,2002:str") return text;
    if (scalarTags.has(node.tag ?? "")) return this.version === "1.2" ? resolvePlain12(text) : resolvePlain11(text);
    this.refuseTag(node, path);
    return text;
  }

  private refuseTag(node: Node & { readonly tag?: string }, path: string): void {
    this.unsupported(node, path, `The tag ${String(node.tag)} is not supported.`);
  }

  private unsupported(node: Node, path: string, message: string): void {
    this.problems.push({ kind: "unsupported", message, path, range: rangeOf(node) });
  }
}

function rangeOf(node: Node): TextRange {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

type YamlMapping = { [key: string]: YamlValue };

/** Of the name `__proto__` too it makes a key like any other. */
function put(mapping: YamlMapping, key: string, value: YamlValue): void {
  Object.defineProperty(mapping, key, { value, enumerable: true, configurable: true, writable: true });
}

/** `<<: *defaults`: keys of the merged mappings that the mapping does not have itself; earlier mappings win. */
function applyMergeKeys(own: YamlMapping, merged: readonly YamlValue[]): YamlValue {
  const sources = merged.flatMap((value) => (Array.isArray(value) ? value : [value]));
  for (const source of sources) {
    if (source === null || typeof source !== "object" || Array.isArray(source)) continue;
    for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(own, key)) put(own, key, value);
  }
  return own;
}

const tagPrefix = "tag:yaml.org,2002:";
const scalarTags = new Set(["int", "float", "bool", "null"].map((name) => tagPrefix + name));
const collectionTags = new Set(["!", ...["map", "seq"].map((name) => tagPrefix + name)]);
