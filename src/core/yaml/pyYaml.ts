import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Document, type Node } from "yaml";
import { parseYamlStream } from "./parseYaml.ts";
import { refusedTabs } from "./refusedTabs.ts";
import type { TextRange } from "./textRange.ts";

/** What a document is after reading: plain JSON-like values. */
export type YamlValue = null | boolean | number | string | YamlValue[] | { [key: string]: YamlValue };

/** A plain scalar that YAML 1.1 (PyYAML) and YAML 1.2 read differently. */
export interface VersionDisagreement {
  readonly path: string;
  readonly text: string;
  /** What PyYAML makes of it, which is what this engine uses. */
  readonly yaml11: YamlValue;
  readonly yaml12: YamlValue;
}

export interface PyYamlProblem {
  /** `tab`: YAML allows it where it stands, PyYAML does not. */
  readonly kind: "syntax" | "duplicateKey" | "unsupported" | "tab";
  readonly message: string;
  readonly path: string;
  readonly range: TextRange;
}

/** One document of a YAML stream with the places of its parts. */
export interface YamlDocument {
  readonly value: YamlValue;
  readonly problems: readonly PyYamlProblem[];
  readonly disagreements: readonly VersionDisagreement[];
  /** Ranges by JSON pointer: `key` where the node is the value of a mapping, `value` always. */
  readonly ranges: ReadonlyMap<string, { readonly key?: TextRange; readonly value: TextRange }>;
  /** Pointers of scalars that are quoted in the source. */
  readonly quoted: ReadonlySet<string>;
  /** Pointers of nodes that carry an anchor, so that aliases can repeat them. */
  readonly anchored: ReadonlySet<string>;
  /** The text between the document markers, comments included. */
  readonly range: TextRange;
}

/** A stream of several documents, as `mergekit-multi` reads; one document is the common case. */
export interface YamlStream {
  readonly documents: readonly YamlDocument[];
  /** Zero-based line and column of an offset. */
  positionOf(offset: number): { line: number; column: number };
}

/** Aliases may repeat a node; without a limit a few hundred bytes could expand to gigabytes. */
const maxNodes = 200_000;

/**
 * Reads a text the way PyYAML's safe loader does: YAML 1.1 words and numbers, the last duplicate key
 * wins, merge keys apply. Never throws; everything wrong is a problem of the document.
 */
export function readPyYaml(text: string): YamlStream {
  const lineCounter = new LineCounter();
  const documents = parseYamlStream(text, { schema: "failsafe", uniqueKeys: false, lineCounter, prettyErrors: false });
  const tabs = refusedTabs(text);
  return {
    documents: documents.map((document, index) => {
      const start = index === 0 ? 0 : documents[index - 1]!.range[2];
      return new DocumentReader(document as Document<Node>, { start, end: document.range[2] }).read(tabs);
    }),
    positionOf(offset) {
      const { line, col } = lineCounter.linePos(Math.min(offset, text.length));
      return { line: Math.max(0, line - 1), column: Math.max(0, col - 1) };
    },
  };
}

/** JSON pointer (RFC 6901) of a key path. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => "/" + String(part).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

class TooManyValues extends Error {}

class DocumentReader {
  private readonly problems: PyYamlProblem[] = [];
  private readonly disagreements: VersionDisagreement[] = [];
  private readonly ranges = new Map<string, { key?: TextRange; value: TextRange }>();
  private readonly quoted = new Set<string>();
  private readonly anchored = new Set<string>();
  private readonly expanding = new Set<Node>();
  private readonly anchors = new Map<string, Node>();
  private nodes = 0;

  constructor(
    private readonly document: Document<Node>,
    private readonly range: TextRange,
  ) {}

  /** @param tabs offsets in the whole text at which PyYAML stops */
  read(tabs: readonly number[]): YamlDocument {
    this.ranges.set("", { value: this.range });
    const value = this.convertAll();
    for (const error of this.document.errors) {
      const [start, end] = error.pos;
      this.problems.push({
        kind: "syntax",
        message: error.code === "TAB_AS_INDENT" ? "A tab cannot be used for indentation in YAML." : error.message,
        path: this.innermostPathAt(start),
        range: { start, end: Math.max(end, start + 1) },
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
    const { problems, disagreements, ranges, quoted, anchored, range } = this;
    return { value, problems, disagreements, ranges, quoted, anchored, range };
  }

  private convertAll(): YamlValue {
    try {
      return this.convert(this.document.contents, "");
    } catch (error) {
      if (!(error instanceof TooManyValues)) throw error;
      const message = "The document expands to too many values.";
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

  private convert(node: Node | null, path: string): YamlValue {
    if (node === null) return null;
    if (++this.nodes > maxNodes) throw new TooManyValues();
    if (isAlias(node)) return this.convertAlias(this.anchors.get(node.source), node, path);
    const { anchor } = node as Node & { anchor?: string };
    if (anchor !== undefined) {
      this.anchors.set(anchor, node);
      this.anchored.add(path);
    }
    if (isMap(node)) return this.convertMap(node.items, path);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const itemPath = `${path}/${index}`;
        const itemNode = item as Node | null;
        if (itemNode?.range) this.setRange(itemPath, { value: rangeOf(itemNode) });
        return this.convert(itemNode, itemPath);
      });
    }
    return isScalar(node) ? this.convertScalar(node, path) : null;
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
    const result: { [key: string]: YamlValue } = Object.create(null) as { [key: string]: YamlValue };
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
      if (key === "<<" && keyNode?.type === "PLAIN") {
        merged.push(this.convert(valueNode, keyPath));
        continue;
      }
      const earlier = own.get(key);
      if (earlier !== undefined) {
        const message = `Duplicate key "${key}": only the last one counts.`;
        this.problems.push({ kind: "duplicateKey", message, path: keyPath, range: earlier });
        this.forget(keyPath);
      }
      own.set(key, keyRange);
      this.setRange(keyPath, { key: keyRange, value: valueNode?.range ? rangeOf(valueNode) : keyRange });
      result[key] = this.convert(valueNode, keyPath);
    }
    return applyMergeKeys(result, merged);
  }

  /** Drops what an overridden duplicate left behind. */
  private forget(path: string): void {
    for (const known of [...this.ranges.keys()]) if (known.startsWith(path + "/")) this.ranges.delete(known);
    for (const known of [...this.quoted]) if (known === path || known.startsWith(path + "/")) this.quoted.delete(known);
    const stale = this.disagreements.findIndex((entry) => entry.path === path || entry.path.startsWith(path + "/"));
    if (stale >= 0) this.disagreements.splice(stale, this.disagreements.length - stale);
  }

  private setRange(path: string, range: { key?: TextRange; value: TextRange }): void {
    this.ranges.set(path, range);
  }

  private convertScalar(node: Node & { value: unknown; type?: string; tag?: string }, path: string): YamlValue {
    const text = typeof node.value === "string" ? node.value : "";
    if (node.tag !== undefined) return this.convertTagged(node, text, path);
    if (node.type !== "PLAIN") {
      this.quoted.add(path);
      return text;
    }
    const yaml11 = resolvePlain11(text);
    const yaml12 = resolvePlain12(text);
    if (yaml11 !== yaml12) this.disagreements.push({ path, text, yaml11, yaml12 });
    return yaml11;
  }

  private convertTagged(node: Node & { tag?: string }, text: string, path: string): YamlValue {
    if (node.tag === "tag:yaml.org,2002:str") return text;
    if (resolvedTags.has(node.tag ?? "")) return resolvePlain11(text);
    this.unsupported(node, path, `The tag ${String(node.tag)} is not supported.`);
    return text;
  }

  private unsupported(node: Node, path: string, message: string): void {
    this.problems.push({ kind: "unsupported", message, path, range: rangeOf(node) });
  }
}

function rangeOf(node: Node): TextRange {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

/** `<<: *defaults`: keys of the merged mappings that the mapping does not have itself; earlier mappings win. */
function applyMergeKeys(own: { [key: string]: YamlValue }, merged: readonly YamlValue[]): YamlValue {
  const sources = merged.flatMap((value) => (Array.isArray(value) ? value : [value]));
  for (const source of sources) {
    if (source === null || typeof source !== "object" || Array.isArray(source)) continue;
    for (const [key, value] of Object.entries(source)) if (!(key in own)) own[key] = value;
  }
  return own;
}

const resolvedTags = new Set(["int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`));

const nullWords = new Set(["", "~", "null", "Null", "NULL"]);
const trueWords = /^(?:true|True|TRUE)$/;
const falseWords = /^(?:false|False|FALSE)$/;

/** A plain scalar as PyYAML resolves it: yes/no/on/off are booleans, an exponent needs a dot and a sign. */
export function resolvePlain11(text: string): YamlValue {
  if (nullWords.has(text)) return null;
  if (trueWords.test(text) || /^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (falseWords.test(text) || /^(?:no|No|NO|off|Off|OFF)$/.test(text)) return false;
  return resolveInteger11(text) ?? resolveFloat11(text) ?? text;
}

function resolveInteger11(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[-+]/, "").replaceAll("_", "");
  if (/^[-+]?0b[01_]+$/.test(text)) return sign * Number.parseInt(digits.slice(2), 2);
  if (/^[-+]?0[0-7_]+$/.test(text)) return sign * Number.parseInt(digits, 8);
  if (/^[-+]?(?:0|[1-9][0-9_]*)$/.test(text)) return sign * Number(digits);
  if (/^[-+]?0x[0-9a-fA-F_]+$/.test(text)) return sign * Number.parseInt(digits.slice(2), 16);
  if (/^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/.test(text)) return sign * sexagesimal(digits);
  return undefined;
}

function resolveFloat11(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  if (/^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/.test(text)) {
    return Number(text.replaceAll("_", ""));
  }
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/.test(text)) {
    return sign * sexagesimal(text.replace(/^[-+]/, "").replaceAll("_", ""));
  }
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return sign * Number.POSITIVE_INFINITY;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : undefined;
}

function sexagesimal(digits: string): number {
  return digits.split(":").reduce((total, part) => total * 60 + Number(part), 0);
}

/** A plain scalar by the core schema of YAML 1.2. */
export function resolvePlain12(text: string): YamlValue {
  if (nullWords.has(text)) return null;
  if (trueWords.test(text)) return true;
  if (falseWords.test(text)) return false;
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}
