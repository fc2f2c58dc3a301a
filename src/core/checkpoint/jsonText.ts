import { endOfString } from "./jsonKeys.ts";
import { parseJson } from "../json.ts";

/** What to write, and where: names of nested objects' members, from the outermost object inwards. */
export interface JsonChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * The text of a JSON object with some values replaced or added. Everything else stays as it is written, to the last
 * character: a number that is parsed and written anew loses its form, and `30.0` is another type than `30` to Python.
 * Entries of a list that were in the list before keep their form too.
 * @param text valid JSON whose members on the paths, except the last ones, are objects
 */
export function editJson(text: string, changes: readonly JsonChange[]): string {
  return changes.reduce((edited, { path, value }) => setValue(edited, path, value), text);
}

function setValue(text: string, path: readonly string[], value: unknown): string {
  let object = startOfValue(text, 0);
  for (const key of path.slice(0, -1)) object = membersOf(text, object).find((member) => member.key === key)!.start;
  const key = path.at(-1)!;
  const members = membersOf(text, object);
  const member = members.find((candidate) => candidate.key === key);
  if (member !== undefined) {
    const { start, end } = member;
    return text.slice(0, start) + formatLike(text.slice(start, end), value, indentAt(text, start)) + text.slice(end);
  }
  const last = members.at(-1);
  const at = last?.end ?? object + 1;
  const space = last?.space ?? "";
  const added = `${last === undefined ? "" : ","}${space}${JSON.stringify(key)}: `;
  return text.slice(0, at) + added + formatValue(value, /[ \t]*$/.exec(space)![0]) + text.slice(at);
}

interface Member {
  /** Absent in lists. */
  readonly key: string | undefined;
  /** Space before the key, or before the value of a list's entry. */
  readonly space: string;
  /** Where the value begins, and the place behind it. */
  readonly start: number;
  readonly end: number;
}

/** Members of the object, or entries of the list, that begins at `start`. */
function membersOf(text: string, start: number): Member[] {
  const isObject = text[start] === "{";
  const members: Member[] = [];
  let separator = start;
  while (text[separator] !== "}" && text[separator] !== "]") {
    const begin = startOfValue(text, separator + 1);
    if (text[begin] === "}" || text[begin] === "]") break;
    const endOfKey = isObject ? endOfString(text, begin) : begin;
    const value = isObject ? startOfValue(text, startOfValue(text, endOfKey) + 1) : begin;
    const end = endOfValue(text, value);
    const key = isObject ? (JSON.parse(text.slice(begin, endOfKey)) as string) : undefined;
    members.push({ key, space: text.slice(separator + 1, begin), start: value, end });
    separator = startOfValue(text, end);
  }
  return members;
}

/** Index of the first character from `from` on that is no space. */
function startOfValue(text: string, from: number): number {
  let i = from;
  while (text[i] === " " || text[i] === "\n" || text[i] === "\r" || text[i] === "\t") i++;
  return i;
}

/** Index behind the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    switch (text.charAt(i)) {
      case '"':
        i = endOfString(text, i) - 1;
        break;
      case "{":
      case "[":
        depth++;
        continue;
      case "}":
      case "]":
        if (depth === 0) return i;
        depth--;
        break;
      default:
        if (depth === 0 && /[\s,]/.test(text.charAt(i))) return i;
        continue;
    }
    if (depth === 0) return i + 1;
  }
  return text.length;
}

/** A value in place of one that is written as `before`: a list in the same lines, its old entries as they were. */
function formatLike(before: string, value: unknown, indent: string): string {
  if (!Array.isArray(value) || before[0] !== "[") return formatValue(value, indent);
  const entries = membersOf(before, 0);
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined || value.length === 0) return formatValue(value, indent);
  const literals = new Map(
    entries.map(({ start, end }) => {
      const literal = before.slice(start, end);
      return [JSON.stringify(parseJson(literal)), literal];
    }),
  );
  const between = entries[1]?.space ?? first.space;
  const written = value.map((entry) => literals.get(JSON.stringify(entry)) ?? formatValue(entry, indent + "  "));
  return `[${first.space}${written.join("," + between)}${before.slice(last.end)}`;
}

function formatValue(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", "\n" + indent);
}

/** The space that begins the line of a place. */
function indentAt(text: string, place: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", place - 1) + 1, place))![0];
}
