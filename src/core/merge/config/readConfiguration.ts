import { ConfigurationError } from "../../errors.ts";
import { checkSchema, fieldOf } from "../../schemaProblems.ts";
import { normalizeMerge, type Merge } from "./merge.ts";
import { mergeConfigurationSchema } from "./schema.ts";
import { readPyYaml, type YamlDocument } from "../../yaml/pyYaml.ts";

/** One document of a configuration file. */
export interface NamedMerge {
  readonly merge: Merge;
  /** Its text, comments included, as it is saved beside the result. */
  readonly text: string;
}

/**
 * Reads a configuration file: one merge, or several documents of which others may use the names as models.
 * @param file how messages name it
 * @returns the merges in an order in which every one comes after those that it uses
 * @throws ConfigurationError at the first thing that cannot be understood; `diagnose` finds all of them, with places
 */
export function readConfiguration(text: string, file: string): NamedMerge[] {
  const stream = readPyYaml(text);
  const fail = (message: string, offset: number, field?: string) => {
    const { line, column } = stream.positionOf(offset);
    const place = { file, line: line + 1, column: column + 1, ...(field === undefined ? {} : { field }) };
    return new ConfigurationError(message, { place });
  };
  const documents = stream.documents.filter(({ value, problems }) => value !== null || problems.length > 0);
  const merges = documents.map((document) => {
    const problem = document.problems.find(({ kind }) => kind !== "duplicateKey");
    if (problem !== undefined) throw fail(problem.message, problem.range.start, problem.path);
    return { merge: readMerge(document, fail), text: documentText(text, document) };
  });
  if (merges.length === 0) throw fail("The file holds no merge configuration.", 0);
  return inOrderOfUse(merges, file);
}

function readMerge(
  document: YamlDocument,
  fail: (message: string, offset: number, field?: string) => ConfigurationError,
): Merge {
  const checked = checkSchema(document.value, mergeConfigurationSchema);
  if ("value" in checked) return normalizeMerge(checked.value);
  const problem = checked.problems[0]!;
  const path = problem.path.map((part) => `/${String(part)}`).join("");
  const offset = (document.ranges.get(path) ?? document.ranges.get("")!).value.start;
  throw fail(problem.message, offset, fieldOf(problem));
}

function documentText(text: string, { range }: YamlDocument): string {
  return text
    .slice(range.start, range.end)
    .replace(/^---[ \t]*\r?\n/, "")
    .replace(/(?:\r?\n)?(?:---|\.\.\.)\s*$/, "\n");
}

/** Depth-first over the names; the merge without a name, which is the result, comes last. */
function inOrderOfUse(merges: readonly NamedMerge[], file: string): NamedMerge[] {
  const byName = new Map<string, NamedMerge>();
  for (const entry of merges) {
    const { name } = entry.merge;
    if (name === undefined) continue;
    if (byName.has(name))
      throw new ConfigurationError(`Duplicate merge name ${name}.`, { place: { file, field: "name" } });
    byName.set(name, entry);
  }
  const unnamed = merges.filter(({ merge }) => merge.name === undefined);
  if (unnamed.length > 1) {
    throw new ConfigurationError("Only one document of the file may be without a `name`.", {
      place: { file, field: "name" },
    });
  }
  const ordered: NamedMerge[] = [];
  const open = new Set<NamedMerge>();
  const visit = (entry: NamedMerge): void => {
    if (ordered.includes(entry)) return;
    if (open.has(entry)) {
      throw new ConfigurationError(`The merges use each other in a circle that involves ${entry.merge.name}.`, {
        place: { file, field: "name" },
      });
    }
    open.add(entry);
    for (const { model } of usedModels(entry.merge)) {
      const used = byName.get(model.path);
      if (used !== undefined) visit(used);
    }
    open.delete(entry);
    ordered.push(entry);
  };
  for (const entry of [...byName.values(), ...unnamed]) visit(entry);
  return ordered;
}

function usedModels(merge: Merge): Merge["models"][number][] {
  const source = merge.tokenizer?.source;
  return [...merge.models, ...(typeof source === "object" ? [source] : [])];
}
