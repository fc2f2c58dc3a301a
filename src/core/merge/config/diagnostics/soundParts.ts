import type { z } from "zod";
import type { DiagnosticCode } from "../diagnosticCodes.ts";
import { mergeConfigurationSchema, type MergeConfiguration } from "../schema.ts";
import { pointer, type YamlDocument, type YamlValue } from "../../../yaml/yamlStream.ts";
import { smallest } from "../../../lists.ts";

/** Stands for a model that cannot be read, so that the entries after it keep their places. */
export const unreadableModel = "\uE000";

/** What of a broken document has the form of a configuration, for the rules that look at single parts. */
export interface SoundParts {
  readonly configuration: MergeConfiguration;
  /** Pointers of what was left out; the empty one if anything may be. */
  readonly lost: readonly string[];
}

type Mutable = { [key: string]: YamlValue } | YamlValue[];

/** A document has few broken parts; one that has more is not worth looking at. */
const mostRounds = 100;

/** Leaves out what does not fit the schema, as little as possible. */
export function soundParts(value: { [key: string]: YamlValue }): SoundParts | undefined {
  const copy = structuredClone(value);
  const lost = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const parsed = mergeConfigurationSchema.safeParse(copy);
    if (parsed.success) return { configuration: parsed.data, lost: [...lost] };
    for (const { path } of parsed.error.issues) lost.add(leaveOut(copy, path));
  }
  return undefined;
}

/** @returns pointer of what was left out */
function leaveOut(root: { [key: string]: YamlValue }, issue: z.core.$ZodIssue["path"]): string {
  const path = issue.filter((part) => typeof part !== "symbol");
  const parameters = path.indexOf("parameters");
  if (parameters >= 0) return remove(root, path.slice(0, parameters + 2));
  if (path[0] === "merge_method") {
    root.merge_method = "";
    return "/merge_method";
  }
  const item = path.findLastIndex((part, index) => typeof part === "number" && path[index - 1] !== "layer_range");
  if (item < 0) return remove(root, path.slice(0, 1));
  const owner = valueAt(root, path.slice(0, item));
  if (Array.isArray(owner)) owner[path[item] as number] = standIn(path[item - 1]);
  return pointer(path.slice(0, item + 1));
}

function standIn(list: string | number | undefined): YamlValue {
  const source = { model: unreadableModel, layer_range: [0, 1] };
  if (list === "slices") return { sources: [source] };
  return list === "sources" ? source : { model: unreadableModel };
}

function remove(root: { [key: string]: YamlValue }, path: readonly (string | number)[]): string {
  const owner = valueAt(root, path.slice(0, -1));
  if (owner !== undefined) Reflect.deleteProperty(owner, path.at(-1)!);
  return pointer(path);
}

function valueAt(root: Mutable, path: readonly (string | number)[]): Mutable | undefined {
  let value: YamlValue | undefined = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as { [key: string]: YamlValue })[part];
  }
  return typeof value === "object" && value !== null ? value : undefined;
}

const models = /^\/(?:models|slices|modules)\b/;
const slices = /^\/(?:slices|modules)\b/;
const base = /^\/base_model\b/;
const parameters = /\/parameters(?:\/|$)/;
const tokenizer = /^\/tokenizer/;
const dtype = /^\/(?:out_)?dtype$/;

/** What a finding says is absent could stand in one of these parts. */
const absences: Partial<Record<DiagnosticCode, readonly RegExp[]>> = {
  definition: [models],
  modelCount: [models, base],
  baseMissing: [base, slices],
  baseElsewhere: [models],
  baseNotInSlice: [models],
  baseNotListed: [models],
  parameterMissing: [models, parameters],
  notCovered: [models, parameters],
  weightSum: [models, parameters],
  epsilon: [parameters],
  gamma: [parameters],
  donor: [models, base, tokenizer],
  fewerSources: [models],
  layerCounts: [models],
  mixedTypes: [dtype, models],
  resultType: [dtype],
  vocabulary: [tokenizer],
  vocabularyShrinks: [tokenizer],
  tokenModel: [models, base],
  tokenUnowned: [models, base],
};

/**
 * Whether something could be said only because a part was left out: it is about that part, or about something being absent
 * that the part could hold.
 */
export function comesOfLoss(code: DiagnosticCode, path: string, lost: readonly string[]): boolean {
  const mayHold = absences[code] ?? [];
  return lost.some((part) => {
    if (part === "") return mayHold.length > 0;
    return path === part || path.startsWith(`${part}/`) || mayHold.some((pattern) => pattern.test(part));
  });
}

/** Where a text breaks the rules of YAML: what follows may be misread, and anything may be absent. */
export function breakOf({ problems }: YamlDocument): number | undefined {
  const starts = problems.filter(({ kind }) => kind === "syntax").map(({ range }) => range.start);
  return starts.length === 0 ? undefined : smallest(starts);
}
