import { Markdown, markdown } from "../markdown.ts";
import type { KeyPath } from "../schemaProblems.ts";
import { nearest } from "../suggest.ts";
import type { CursorPlace } from "../yaml/cursorPlace.ts";
import { nodeAt, type OutlineNode } from "../yaml/outline.ts";
import { SchemaLanguage } from "../yaml/schemaLanguage.ts";
import type { Finding, PlacedFinding, ValueAround, ValueAt, ValueRule, ValueSuggestion } from "../yaml/valueRule.ts";
import { promptFileSchema } from "./promptFile.ts";
import { variablesIn } from "./variables.ts";

/** Stands for the answer of the model, in what judges it. */
const completion = "completion";
/** The answer that is wanted: evaluators compare with it without naming it. */
const expected = "expected";

/** Texts with variables: those of the messages, and those of evaluators, which know the answer too. */
const templates: readonly { readonly keys: readonly string[]; readonly own: readonly string[] }[] = [
  { keys: ["messages", "content"], own: [] },
  ...["equals", "contains", "startsWith", "endsWith"].map((key) => ({
    keys: ["evaluators", "string", key],
    own: [completion],
  })),
  ...["prompt", "systemPrompt"].map((key) => ({ keys: ["evaluators", "llm", key], own: [completion] })),
];

const templateRules = templates.map(({ keys, own }): ValueRule<undefined> => ({
  keys,
  complete: (_context, place) => Promise.resolve(completeVariables(place, own)),
  describe: (_value, _context, around) => Promise.resolve(describeVariable(around)),
  check: (value, root, _context, at) => Promise.resolve(checkVariables(value, root, at, own)),
}));

/** The language of prompt files. */
export const promptLanguage = new SchemaLanguage<undefined>({
  id: "prompt",
  recognises: ({ path }) => /\.prompt\.ya?ml$/i.test(path),
  schema: promptFileSchema,
  rules: templateRules,
  check: (root) => Promise.resolve([...unevenEntries(root), ...unusedColumns(root)]),
});

/** Inside of `{{`, what the test data gives. */
function completeVariables({ root, before }: CursorPlace, own: readonly string[]): ValueSuggestion[] {
  if (!/\{\{[^{}]*$/.test(before)) return [];
  const columns = (nodeAt(root, ["testData"])?.children ?? []).flatMap(({ children }) =>
    children.flatMap(({ key }) => key ?? []),
  );
  const names = [...new Set([...columns, ...own])];
  return names.map((value) => ({ value, kind: "value", ...detailOf(root, value) }));
}

function detailOf(root: OutlineNode, name: string): { readonly detail?: string } {
  const [first] = valuesOf(root, name);
  return first === undefined ? {} : { detail: oneLine(first) };
}

/** What the entries of the test data give for a variable, as it is written. */
function valuesOf(root: OutlineNode, name: string): string[] {
  const entries = nodeAt(root, ["testData"])?.children ?? [];
  return entries.flatMap((entry) => nodeAt(entry, [name])?.value ?? []);
}

const mostShown = 5;

/** The values of the variable under the pointer. */
function describeVariable({ root, written, offset }: ValueAround): Markdown | undefined {
  const variable = variablesIn(written).find(({ start, end }) => start <= offset && offset <= end);
  if (variable === undefined) return undefined;
  const { name } = variable;
  const title = markdown`**${name}**`;
  const values = valuesOf(root, name);
  if (values.length === 0 && name === completion) return markdown`${title}: the answer of the model.`;
  if (values.length === 0) return markdown`${title}: no value in the test data.`;
  const shown = values.slice(0, mostShown).map((value) => Markdown.text(oneLine(value)));
  const more = values.length > mostShown ? [markdown`… and ${values.length - mostShown} more`] : [];
  return Markdown.paragraphs([title, Markdown.list([...shown, ...more])]);
}

function oneLine(value: string): string {
  const line = value
    .replace(/^[|>][-+\d]*/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** Variables that no entry of the test data has. Without test data values are asked for, and every name is right. */
function checkVariables(value: unknown, root: unknown, { written }: ValueAt, own: readonly string[]): Finding[] {
  if (typeof value !== "string") return [];
  const entries = entriesOf(root);
  const known = [...columnsOf(entries), ...own];
  return variablesIn(written).flatMap(({ name, start, end }): Finding[] => {
    const within = { start: start + 2, end: end - 2 };
    if (entries.length > 0 && !known.includes(name)) return [{ ...unknownVariable(name, known), within }];
    if (end - start === name.length + 4) return [];
    const message = `Other tools for prompt files do not fill in ${name} with blanks beside it.`;
    const hint = `Write {{${name}}}.`;
    return [{ code: "blanks", severity: "warning", message, hint, within, suggestions: [name] }];
  });
}

function unknownVariable(name: string, known: readonly string[]): Finding {
  const near = nearest(name, known);
  return {
    code: "unknownVariable",
    severity: "error",
    message: `No entry of \`testData\` has a value for ${name}.`,
    hint: near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are ${known.join(", ")}.`,
    suggestions: near,
  };
}

/** Entries that lack what the messages need, and what other entries have. */
function unevenEntries(root: unknown): PlacedFinding[] {
  const entries = entriesOf(root);
  const columns = columnsOf(entries);
  const needed = [...variablesAt(root, ["messages"])].filter((name) => columns.includes(name));
  return entries.flatMap((entry, index) => {
    const missing = needed.filter((name) => (entry[name] ?? undefined) === undefined);
    if (missing.length === 0) return [];
    const message = `This entry has no value for ${missing.join(", ")}, which the messages need.`;
    return [{ code: "missingValue", severity: "error", message, path: ["testData", index] }];
  });
}

/** Names of values that nothing shows or compares with. */
function unusedColumns(root: unknown): PlacedFinding[] {
  const entries = entriesOf(root);
  const used = new Set([...variablesAt(root, ["messages"]), ...variablesAt(root, ["evaluators"]), expected]);
  return columnsOf(entries)
    .filter((name) => !used.has(name))
    .map((name) => {
      const index = entries.findIndex((entry) => Object.hasOwn(entry, name));
      const message = `Nothing uses ${name}.`;
      const hint = `Put {{${name}}} into a message or an evaluator, or leave it out.`;
      const place = { path: ["testData", index, name], part: "key" } as const;
      return { code: "unusedColumn", severity: "warning", message, hint, ...place };
    });
}

function entriesOf(root: unknown): Record<string, unknown>[] {
  const data = valueAt(root, ["testData"]);
  return Array.isArray(data) ? data.filter(isMapping) : [];
}

function columnsOf(entries: readonly Record<string, unknown>[]): string[] {
  return [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
}

/** Names of the variables of all texts below a path. */
function variablesAt(root: unknown, path: KeyPath): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") for (const { name } of variablesIn(value)) names.add(name);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(valueAt(root, path));
  return names;
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, part) => (isMapping(value) ? value[part] : undefined), root);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
