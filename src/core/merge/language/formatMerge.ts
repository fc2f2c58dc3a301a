import { Lexer, parseAllDocuments, visit, type Document, type Node, type Scalar } from "yaml";
import { readYaml } from "../config/yamlValue.ts";

/** Longer collections in brackets are broken into lines. */
const lineWidth = 120;

/** Stands for a text that is put back as it was written; a character that no document of a person holds. */
const mark = "\uE000";

/**
 * The text with the usual layout: two blanks an indentation, lists indented below their key, one blank after a colon and
 * before a comment. Comments, blank lines, quotes, anchors and the way in which each number and long text is written stay.
 * @returns the text itself where there is nothing to change; `undefined` where it cannot be read, or could not be laid out
 *   without a loss
 */
export function formatMerge(text: string): string | undefined {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const plain = text.slice(bom.length).replaceAll("\r\n", "\n");
  if (plain.includes(mark) || plain.includes("\r")) return undefined;
  const meaning = meaningOf(plain);
  const formatted = meaning === undefined ? undefined : layOut(plain);
  if (formatted === undefined || meaning !== meaningOf(formatted)) return undefined;
  return bom + formatted.replaceAll("\n", newline);
}

function layOut(text: string): string | undefined {
  const parsed = parseAllDocuments(text, { schema: "failsafe", uniqueKeys: false, prettyErrors: false });
  if (!Array.isArray(parsed) || parsed.some((document) => hasLoneKey(document as Document<Node>))) return undefined;
  const kept: string[] = [];
  const documents = parsed.map((document) => {
    keepLongTexts(document as Document<Node>, text, kept);
    return document.toString({ lineWidth, flowCollectionPadding: false });
  });
  const lines = documents.join("").split("\n");
  return lines.flatMap((line) => withKept(line.trimEnd(), kept)).join("\n");
}

/** A `? key` without a value, which the library can read but not write. */
function hasLoneKey(document: Document<Node>): boolean {
  let found = false;
  visit(document, {
    Pair(_key, { value }) {
      found ||= value === null;
    },
  });
  return found;
}

/** Texts that would be broken or joined at other places become marks; `kept` gets what they stand for. */
function keepLongTexts(document: Document<Node>, text: string, kept: string[]): void {
  visit(document, {
    Scalar(_key, node: Scalar) {
      const source = node.range ? text.slice(node.range[0], node.range[1]).trimEnd() : "";
      if (!source.includes("\n") && source.length < lineWidth / 2) return;
      // A block at indentation levels of its own cannot be moved line by line.
      if (/^[|>][-+]?\d/.test(source) || node.type === "BLOCK_LITERAL") return;
      const standIn = `${mark}${kept.length}${mark}`;
      Object.assign(node, { value: standIn, source: standIn, type: "PLAIN" });
      kept.push(source);
    },
  });
}

/** A line with the texts that its marks stand for, their further lines indented below it. */
function withKept(line: string, kept: readonly string[]): string[] {
  const found = new RegExp(`${mark}(\\d+)${mark}`).exec(line);
  if (found === null) return [line];
  const [first, ...others] = kept[Number(found[1])]!.split("\n");
  const isBlock = /^[|>]/.test(first!);
  const indent = " ".repeat(/^(?: *- )* */.exec(line)![0].length + 2);
  const margin = Math.min(...others.filter((other) => other.trim() !== "").map((other) => other.search(/\S/)));
  const moved = others.map((other) => {
    if (other.trim() === "") return "";
    return indent + (isBlock ? other.slice(margin) : other.trim());
  });
  const lines = [line.slice(0, found.index) + first!, ...moved];
  const rest = line.slice(found.index + found[0].length);
  // What follows in the line may hold further marks.
  const [next, ...more] = withKept(rest, kept);
  lines.push(lines.pop()! + next!, ...more);
  return lines;
}

/** Values, anchors and comments in their order; `undefined` for a text that cannot be read. */
function meaningOf(text: string): string | undefined {
  const { documents } = readYaml(text);
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
