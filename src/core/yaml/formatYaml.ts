import {
  isCollection,
  isScalar,
  Lexer,
  Scalar,
  visit,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { readYamlStream } from "./yamlStream.ts";
import { parseYamlStream } from "./parseYaml.ts";
import { smallest } from "../lists.ts";

/** Texts from this length on are put back as they were written. */
const longText = 60;

/** Stand for a text that is put back as it was written, and for a comment that stays beside its key. */
const mark = "\uE000";
const besideMark = "\uE001";

/**
 * The text with the usual layout: two blanks an indentation, lists indented below their key, one blank after a colon and
 * before a comment. Comments, blank lines, quotes, anchors and the way in which numbers, long texts and collections of
 * several lines are written stay.
 * @returns the text itself where there is nothing to change; `undefined` where it cannot be read, or could not be laid out
 *   without a loss
 */
export function formatYaml(text: string): string | undefined {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const plain = text.slice(bom.length).replaceAll("\r\n", "\n");
  // A directive (`%YAML 1.1`) would be repeated for every document.
  if (/[\uE000\uE001\r]|^%/m.test(plain)) return undefined;
  const meaning = meaningOf(plain);
  const formatted = meaning === undefined ? undefined : layOut(plain);
  if (formatted === undefined || meaning !== meaningOf(formatted) || layOut(formatted) !== formatted) return undefined;
  return bom + formatted.replaceAll("\n", newline);
}

function layOut(text: string): string | undefined {
  const parsed = parseYamlStream(text, { schema: "failsafe", uniqueKeys: false, prettyErrors: false });
  if (parsed.some((document) => cannotBeWritten(document as Document<Node>))) return undefined;
  const kept: string[] = [];
  let start = 0;
  const documents = parsed.map((document) => {
    const [, , end] = document.range;
    keepAsWritten(document as Document<Node>, text, kept);
    const last = takeLastComment(document as Document<Node>, text.slice(start, end));
    start = end;
    return document.toString({ lineWidth: 0, flowCollectionPadding: false }) + last;
  });
  const lines = documents.join("").split("\n");
  return besideTheirKeys(lines.flatMap((line) => withKept(line.trimEnd(), kept))).join("\n");
}

/** What the library can read but not write: a `? key` without a value, an anchor with blanks in its name. */
function cannotBeWritten(document: Document<Node>): boolean {
  let found = false;
  visit(document, {
    Pair(_key, { value }) {
      found ||= value === null;
    },
    Node(_key, node) {
      found ||= "anchor" in node && /[\p{Control}\s,[\]{}]/u.test(node.anchor ?? "");
    },
  });
  return found;
}

/** The comment after a document, as it is written: the library would put a blank line before it. */
function takeLastComment(document: Document<Node>, source: string): string {
  const { comment } = document;
  if (comment === null || document.contents === null || isScalar(document.contents)) return "";
  const lines = source
    .trimEnd()
    .replace(/\n\.\.\.$/, "")
    .split("\n");
  let first = lines.length;
  while (first > 0 && /^\s*(?:#|$)/.test(lines[first - 1]!)) first--;
  document.comment = null;
  return [...(lines[first]?.trim() === "" ? [""] : []), ...comment.split("\n").map(commentLine)].join("\n") + "\n";
}

function commentLine(line: string): string {
  return line === "" ? "" : `#${line}`;
}

/**
 * Texts and collections in brackets that would be broken or joined at other places become marks, and comments beside keys
 * are marked; `kept` gets what marks stand for.
 */
function keepAsWritten(document: Document<Node>, text: string, kept: string[]): void {
  const sourceOf = (node: Node) => (node.range ? text.slice(node.range[0], node.range[1]).trimEnd() : "");
  const keep = (source: string) => `${mark}${kept.push(source) - 1}${mark}`;
  const collection = (_key: unknown, node: YAMLMap | YAMLSeq): Scalar | undefined => {
    const source = sourceOf(node);
    const isPlain = node.flow === true && source.includes("\n") && !source.includes("&") && node.anchor === undefined;
    if (!isPlain) return undefined;
    const { commentBefore, comment, spaceBefore } = node;
    const standIn = keep(source);
    const scalar = new Scalar(standIn);
    return Object.assign(scalar, { source: standIn, type: "PLAIN", commentBefore, comment, spaceBefore });
  };
  visit(document, {
    Pair(_key, { key, value }) {
      if (!isScalar(key) || !isCollection(value) || !value.commentBefore || !key.range || !value.range) return;
      const [line] = text.slice(key.range[1], value.range[0]).split("\n");
      if (line!.includes("#")) value.commentBefore = besideMark + value.commentBefore;
    },
    Map: collection,
    Seq: collection,
    Scalar(_key, node) {
      const source = sourceOf(node);
      if (!source.includes("\n") && source.length < longText) return;
      // A block at indentation levels of its own cannot be moved line by line.
      if (/^[|>][-+]?\d/.test(source) || node.type === "BLOCK_LITERAL") return;
      const standIn = keep(source);
      Object.assign(node, { value: standIn, source: standIn, type: "PLAIN" });
    },
  });
}

/** Comments that were marked go back to the end of the line above. */
function besideTheirKeys(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (const line of lines) {
    const comment = /^ *(#)\uE001(.*)$/.exec(line);
    if (comment !== null && result.length > 0) result.push(`${result.pop()!} ${comment[1]}${comment[2]}`);
    else result.push(line);
  }
  return result;
}

/** A line with the texts that its marks stand for, their further lines indented below it. */
function withKept(line: string, kept: readonly string[]): string[] {
  const found = new RegExp(`${mark}(\\d+)${mark}`).exec(line);
  if (found === null) return [line];
  const [first, ...others] = kept[Number(found[1])]!.split("\n");
  const indent = " ".repeat(/^(?: *- )* */.exec(line)![0].length + 2);
  const margin = smallest(others.filter((other) => other.trim() !== "").map((other) => other.search(/\S/)));
  const moved = others.map((other) => (other.trim() === "" ? "" : indent + other.slice(margin)));
  const lines = [line.slice(0, found.index) + first!, ...moved];
  // What follows in the line may hold further marks.
  const [next, ...more] = withKept(line.slice(found.index + found[0].length), kept);
  return [...lines.slice(0, -1), lines.at(-1)! + next!, ...more];
}

/** Values, anchors and comments in their order; `undefined` for a text that cannot be read. */
function meaningOf(text: string): string | undefined {
  const { documents } = readYamlStream(text, "1.1");
  const isSound = documents.every(({ problems }) => problems.every(({ kind }) => kind === "duplicateKey"));
  if (!isSound) return undefined;
  const parts = documents.map(({ value, anchored }) => [value, [...anchored]]);
  return JSON.stringify([parts, commentsOf(text)], (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  let previous = "";
  for (const token of new Lexer().lex(text)) {
    // After a unit separator comes a single value, which may begin with # in a block.
    if (token.startsWith("#") && previous !== "\u001F") comments.push(token.trimEnd());
    previous = token;
  }
  return comments;
}
