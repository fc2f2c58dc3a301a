import type { KeyPath } from "../schemaProblems.ts";
import { touches, type TextRange } from "./textRange.ts";
import { tooDeepAt } from "./parseYaml.ts";

/** A key, an item or a single value of a YAML text, as the indentation tells, whether or not the text can be parsed. */
export interface OutlineNode {
  /** Name in its mapping; absent for items of lists and for words that stand alone. */
  readonly key?: string;
  readonly keyRange?: TextRange;
  /** Position in its list. */
  readonly index?: number;
  readonly path: KeyPath;
  /** Column of the key or dash; inside brackets that of the key or dash around them. */
  readonly indent: number;
  /** Whether it stands inside brackets or braces. */
  readonly flow: boolean;
  /** Its single value without quotes; absent for lists and mappings, and where there is none. */
  value?: string;
  valueRange?: TextRange;
  /** Offset after its last character. */
  end: number;
  readonly children: OutlineNode[];
  readonly parent?: OutlineNode;
}

/** One document of the text. */
export interface OutlineDocument {
  /** Its keys are the children; no text of its own. */
  readonly root: OutlineNode;
  readonly range: TextRange;
}

/**
 * The outline of every document of a text, by indentation and brackets alone. Linear in the text and never wrong in a
 * way that matters to a person: what stands above and left of a place is found even when everything after it is broken.
 */
export function outlineOf(text: string): OutlineDocument[] {
  return tooDeepAt(text) === undefined ? new OutlineReader(text).read() : [];
}

/** The descendant at a path. */
export function nodeAt(root: OutlineNode, path: KeyPath): OutlineNode | undefined {
  let node: OutlineNode | undefined = root;
  for (const part of path) {
    node = node.children.find((child) => child.key === part || (child.key === undefined && child.index === part));
    if (node === undefined) return undefined;
  }
  return node;
}

/** The key or single value at an offset. */
export function partAt(
  node: OutlineNode,
  offset: number,
): { readonly node: OutlineNode; readonly isKey: boolean; readonly range: TextRange } | undefined {
  for (const child of node.children) {
    if (child.keyRange !== undefined && touches(child.keyRange, offset))
      return { node: child, isKey: true, range: child.keyRange };
    const inner = partAt(child, offset);
    if (inner !== undefined) return inner;
    if (child.value !== undefined && child.valueRange !== undefined && touches(child.valueRange, offset)) {
      return { node: child, isKey: false, range: child.valueRange };
    }
  }
  return undefined;
}

/** A key at the start of a text, quoted or plain, up to and with its colon. */
const keyPattern =
  /^(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\n]|'')*)'|((?![-?](?:\s|$))[^\s"'#[\]{},&*!|>%@`][^\n]*?))[ \t]*:(?=\s|$)/;

class OutlineReader {
  private readonly documents: OutlineDocument[] = [];
  private root: OutlineNode;
  /** The node that the next line may belong to, and those around it. */
  private stack: OutlineNode[] = [];
  private start = 0;

  constructor(private readonly text: string) {
    this.root = this.open();
  }

  read(): OutlineDocument[] {
    const { text } = this;
    for (let offset = 0; offset <= text.length;) {
      const end = lineEnd(text, offset);
      const content = end > offset && text[end - 1] === "\r" ? end - 1 : end;
      offset = Math.max(this.readLine(offset, content), end + 1);
    }
    this.close(text.length);
    return this.documents;
  }

  private open(): OutlineNode {
    const root: OutlineNode = { path: [], indent: -1, flow: false, end: this.start, children: [] };
    this.stack = [root];
    return root;
  }

  private close(end: number): void {
    this.root.end = end;
    this.documents.push({ root: this.root, range: { start: this.start, end } });
  }

  /** @returns the offset up to which the text has been dealt with, where that is beyond the line */
  private readLine(start: number, end: number): number {
    const line = this.text.slice(start, end);
    const marker = /^(?:---|\.\.\.)(?=\s|$)/.exec(line);
    if (marker !== null) {
      if (line.startsWith("---")) {
        if (this.root.children.length > 0 || this.documents.length > 0 || this.text.slice(0, start).trim() !== "") {
          this.close(start);
        }
        this.start = start;
        this.root = this.open();
      }
      const rest = /^---[ \t]+/.exec(line);
      return rest === null ? end : this.readContent(start + rest[0].length, rest[0].length, end);
    }
    const column = /^[ \t]*/.exec(line)![0].length;
    if (column === line.length || line[column] === "#") return end;
    return this.readContent(start + column, column, end);
  }

  /** Reads a dash, a key or a word at a column, and what follows it in the line. */
  private readContent(start: number, column: number, end: number): number {
    const content = this.text.slice(start, end);
    const dash = /^-(?:[ \t]+|$)/.exec(content);
    if (dash !== null) {
      const item = this.addItem(column, start);
      const next = start + dash[0].length;
      if (next >= end || this.text[next] === "#") {
        item.end = Math.max(item.end, Math.min(next, end));
        return end;
      }
      return this.readContent(next, column + dash[0].length, end);
    }
    const key = content.startsWith("{") || content.startsWith("[") ? null : keyPattern.exec(content);
    if (key === null) return this.readValue(this.ownerOf(column), { start, end }, { column, ownKey: false });
    const name = key[1] ?? key[2]?.replaceAll("''", "'") ?? key[3]!;
    const node = this.addKey(column, name, { start, end: start + key[0].replace(/[ \t]*:$/, "").length });
    const after = start + key[0].length + /^[ \t]*/.exec(content.slice(key[0].length))![0].length;
    this.extend(node, Math.min(start + key[0].length, end));
    return after >= end ? end : this.readValue(node, { start: after, end }, { column, ownKey: true });
  }

  private addItem(column: number, start: number): OutlineNode {
    const { stack } = this;
    while (stack.length > 1) {
      const top = stack.at(-1)!;
      if (top.indent < column || (top.indent === column && top.key !== undefined)) break;
      stack.pop();
    }
    const parent = stack.at(-1)!;
    const index = parent.children.filter((child) => child.index !== undefined).length;
    return this.add(parent, { index, path: [...parent.path, index], indent: column, flow: false }, start + 1);
  }

  private addKey(column: number, key: string, keyRange: TextRange): OutlineNode {
    const parent = this.ownerOf(column);
    return this.add(parent, { key, keyRange, path: [...parent.path, key], indent: column, flow: false }, keyRange.end);
  }

  private ownerOf(column: number): OutlineNode {
    const { stack } = this;
    while (stack.length > 1 && stack.at(-1)!.indent >= column) stack.pop();
    return stack.at(-1)!;
  }

  private add(
    parent: OutlineNode,
    given: Pick<OutlineNode, "key" | "keyRange" | "index" | "path" | "indent" | "flow">,
    end: number,
  ): OutlineNode {
    const node: OutlineNode = { ...given, end, children: [], parent };
    parent.children.push(node);
    if (!given.flow) this.stack.push(node);
    this.extend(node, end);
    return node;
  }

  private extend(node: OutlineNode, end: number): void {
    for (let at: OutlineNode | undefined = node; at !== undefined && at.end < end; at = at.parent) at.end = end;
  }

  /** @param ownKey whether the value follows its key; a word on a line of its own becomes a child instead */
  private readValue(
    owner: OutlineNode,
    { start, end }: TextRange,
    { column, ownKey }: { readonly column: number; readonly ownKey: boolean },
  ): number {
    let at = start;
    const mark = /^(?:[&!][^\s,[\]{}]*[ \t]+)+/.exec(this.text.slice(at, end));
    if (mark !== null) at += mark[0].length;
    const first = this.text[at];
    if (first === "#" || at >= end) return end;
    if (first === "[" || first === "{") return this.readFlow(owner, at, column);
    if (first === "|" || first === ">") return this.skipBlock(owner, at, end, owner.indent);
    const { value, range } = readScalar(this.text, at, end);
    const isItem = owner.key === undefined && owner.index !== undefined;
    if (ownKey || (isItem && owner.value === undefined && owner.children.length === 0)) {
      owner.value = value;
      owner.valueRange = range;
      this.extend(owner, range.end);
    } else {
      const word = { path: owner.path, indent: column, flow: false };
      const node: OutlineNode = { ...word, value, valueRange: range, end: range.end, children: [], parent: owner };
      owner.children.push(node);
      this.extend(owner, range.end);
    }
    return end;
  }

  private skipBlock(owner: OutlineNode, start: number, end: number, indent: number): number {
    let last = end;
    for (let offset = end + 1; offset <= this.text.length;) {
      const next = lineEnd(this.text, offset);
      const line = this.text.slice(offset, next);
      if (line.trim() !== "" && /^ */.exec(line)![0].length <= Math.max(indent, 0)) break;
      last = next;
      offset = next + 1;
    }
    owner.value = this.text.slice(start, last);
    owner.valueRange = { start, end: last };
    this.extend(owner, last);
    return last;
  }

  private readFlow(owner: OutlineNode, start: number, column: number): number {
    const end = new FlowReader(this.text, owner.indent < 0 ? column : owner.indent, (parent, given, at) =>
      this.add(parent, { ...given, flow: true }, at),
    ).read(owner, start);
    owner.valueRange = { start, end };
    this.extend(owner, end);
    return lineEnd(this.text, end);
  }
}

type AddNode = (
  parent: OutlineNode,
  given: Pick<OutlineNode, "key" | "keyRange" | "index" | "path" | "indent">,
  end: number,
) => OutlineNode;

/** Reads lists in brackets and mappings in braces; those that are never closed end where the indentation says so. */
class FlowReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly indent: number,
    private readonly add: AddNode,
  ) {}

  read(owner: OutlineNode, start: number): number {
    this.at = start;
    this.collection(owner, 0);
    return this.at;
  }

  private collection(owner: OutlineNode, depth: number): void {
    const isMap = this.text[this.at] === "{";
    const close = isMap ? "}" : "]";
    this.at++;
    for (let index = 0; this.skipBlank() && depth < 100;) {
      const char = this.text[this.at]!;
      if (char === close || char === "]" || char === "}") {
        if (char === close) this.at++;
        return;
      }
      if (char === ",") this.at++;
      else if (isMap) this.entry(owner, depth);
      else this.item(owner, index++, depth);
    }
  }

  private item(owner: OutlineNode, index: number, depth: number): void {
    const start = this.at;
    const node = this.add(owner, { index, path: [...owner.path, index], indent: this.indent }, start);
    if (!this.nested(node, depth)) this.scalar(node);
    node.end = this.at;
  }

  private entry(owner: OutlineNode, depth: number): void {
    const { value, range } = this.word("key");
    const end = range.end;
    this.at = Math.max(end, this.at);
    if (!this.skipBlank() || this.text[this.at] !== ":") {
      const given = { path: owner.path, indent: this.indent };
      const node = this.add(owner, given, end);
      node.value = value;
      node.valueRange = range;
      return;
    }
    this.at++;
    const given = { key: value, keyRange: range, path: [...owner.path, value], indent: this.indent };
    const node = this.add(owner, given, this.at);
    if (this.skipBlank() && !/[,}\]]/.test(this.text[this.at]!) && !this.nested(node, depth)) this.scalar(node);
    node.end = this.at;
  }

  private nested(node: OutlineNode, depth: number): boolean {
    const start = this.at;
    if (this.text[start] !== "[" && this.text[start] !== "{") return false;
    this.collection(node, depth + 1);
    node.valueRange = { start, end: this.at };
    return true;
  }

  private scalar(node: OutlineNode): void {
    const { value, range } = this.word("value");
    node.value = value;
    node.valueRange = range;
  }

  /** A word; as a key it ends before its colon. Moves on by at least one character. */
  private word(role: "key" | "value"): { value: string; range: TextRange } {
    const { text } = this;
    const start = this.at;
    const quote = text[start];
    if (quote === '"' || quote === "'") {
      const read = readScalar(text, start, lineEnd(text, start));
      this.at = read.closed;
      return read;
    }
    let end = start;
    while (end < text.length && !/[,[\]{}\n]/.test(text[end]!)) {
      if (text[end] === ":" && (role === "key" || /[\s,[\]{}]/.test(text[end + 1] ?? " "))) break;
      if (text[end] === "#" && /\s/.test(text[end - 1] ?? " ")) break;
      end++;
    }
    this.at = Math.max(end, start + 1);
    const value = text.slice(start, end).trimEnd();
    return { value, range: { start, end: start + value.length } };
  }

  /** Moves over blanks, comments and line ends. False at the end of what can belong to the collection. */
  private skipBlank(): boolean {
    const { text } = this;
    while (this.at < text.length) {
      const char = text[this.at]!;
      if (char === "\n" && this.endsAfter(this.at + 1)) return false;
      if (char === "#" && /\s/.test(text[this.at - 1] ?? " ")) this.at = lineEnd(text, this.at);
      else if (/\s/.test(char)) this.at++;
      else return true;
    }
    return false;
  }

  /** Whether a line begins a key or an item of the block around: the brackets were left open. */
  private endsAfter(start: number): boolean {
    const line = this.text.slice(start, lineEnd(this.text, start));
    const column = /^[ \t]*/.exec(line)![0].length;
    if (column === line.length) return false;
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return true;
    if (column > this.indent) return false;
    return !/^[\]}]/.test(line.slice(column));
  }
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** A single value that begins at an offset and ends in its line; `closed` is the offset after its closing quote. */
function readScalar(text: string, start: number, end: number): { value: string; range: TextRange; closed: number } {
  const line = text.slice(start, end).replace(/\r$/, "");
  const quoted = /^"((?:[^"\\]|\\.)*)("?)|^'((?:[^']|'')*)('?)/.exec(line);
  if (quoted !== null) {
    const isClosed = (quoted[2] ?? quoted[4]) !== "";
    const inner = quoted[1] ?? quoted[3]!;
    const value = quoted[1] === undefined ? inner.replaceAll("''", "'") : unescape(inner);
    const closed = start + quoted[0].length;
    return { value, range: { start: start + 1, end: isClosed ? closed - 1 : closed }, closed };
  }
  const value = line.replace(/\s+#.*$/, "").trimEnd();
  return { value, range: { start, end: start + value.length }, closed: start + value.length };
}

function unescape(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
