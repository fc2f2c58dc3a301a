import { distinctReferences, type ModelReference } from "../../checkpoint/modelReference.ts";
import { ConfigurationError } from "../../errors.ts";
import { checkSchema, fieldOf, type Checked } from "../../schemaProblems.ts";
import { pointer, readYamlStream, type YamlDocument, type YamlValue } from "../../yaml/yamlStream.ts";
import {
  checkMoeConfiguration,
  isMoeDocument,
  mixtureAmongOthers,
  moeModels,
  type MoeConfiguration,
} from "../moe/moeConfiguration.ts";
import { normalizeMerge, type Merge } from "./merge.ts";
import { mergeConfigurationSchema } from "./schema.ts";

/** One document of a configuration file. */
export interface NamedMerge {
  readonly merge: Merge;
  /** Its text, comments included, as it is saved beside the result. */
  readonly text: string;
}

/** What a configuration file describes. */
export type MergeFile =
  /** At least one merge, each after those that it uses; the last one is the result. */
  | { readonly kind: "merges"; readonly merges: readonly NamedMerge[] }
  | { readonly kind: "moe"; readonly moe: MoeConfiguration };

/**
 * Reads a configuration file: one merge, several documents of which others may use the names as models, or a mixture of
 * experts.
 * @param file how messages name it
 * @throws ConfigurationError at the first thing that cannot be understood; `diagnoseStream` finds all of them, with places
 */
export function readMergeFile(text: string, file: string): MergeFile {
  const stream = readYamlStream(text, "1.1");
  const fail = (message: string, offset: number, field?: string, hint?: string) => {
    const { line, column } = stream.placeOf(offset);
    const place = { file, line, column, ...(field === undefined ? {} : { field }) };
    return new ConfigurationError(message, { place, ...(hint === undefined ? {} : { hint }) });
  };
  const documents = stream.documents.filter(({ value, problems }) => value !== null || problems.length > 0);
  for (const { problems } of documents) {
    const problem = problems.find(({ kind }) => kind !== "duplicateKey");
    if (problem !== undefined) throw fail(problem.message, problem.range.start, problem.path);
  }
  const read = <T>({ value, ranges }: YamlDocument, reader: (value: YamlValue) => Checked<T>): T => {
    const checked = reader(value);
    if ("value" in checked) return checked.value;
    const problem = checked.problems[0]!;
    const { start } = (ranges.get(pointer(problem.path)) ?? ranges.get("")!).value;
    throw fail(problem.message, start, fieldOf(problem), problem.hint);
  };
  const mixture = documents.find(({ value }) => isMoeDocument(value));
  if (mixture !== undefined) {
    if (documents.length > 1) throw fail(mixtureAmongOthers, mixture.ranges.get("/experts")!.value.start, "experts");
    return { kind: "moe", moe: read(mixture, checkMoeConfiguration) };
  }
  const merges = documents.map((document) => ({
    merge: normalizeMerge(read(document, (value) => checkSchema(value, mergeConfigurationSchema))),
    text: documentText(text, document),
  }));
  if (merges.length === 0) throw fail("The file holds no merge configuration.", 0);
  return { kind: "merges", merges: inOrderOfUse(merges, file) };
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

/** Every model that a file mentions, also those that only give their tokenizer, and merges of the file itself. */
export function mentionedModels(file: MergeFile): ModelReference[] {
  return file.kind === "moe" ? moeModels(file.moe) : file.merges.flatMap(({ merge }) => usedModels(merge));
}

/** The models whose weights a file starts from, each once, in document order; merges of the file itself are left out. */
export function sourceModels(file: MergeFile): ModelReference[] {
  if (file.kind === "moe") return moeModels(file.moe);
  const names = new Set(file.merges.map(({ merge }) => merge.name));
  const references = file.merges.flatMap(({ merge }) => merge.models).filter(({ model }) => !names.has(model.path));
  return distinctReferences(references);
}

function usedModels({ models, tokenizer }: Merge): ModelReference[] {
  return [...models, ...(typeof tokenizer?.source === "object" ? [tokenizer.source] : [])];
}
