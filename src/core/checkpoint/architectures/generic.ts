import type { ArchitectureWeights, WeightTemplate } from "./architecture.ts";
import { placeInStack } from "./layerPlace.ts";

const head = /(?:^|\.)(?:lm_head|embed_out|output_embeddings)\.(?:weight|bias)$/;
const tokenEmbedding = /(?:^|\.)(?:embed_tokens|wte|word_embeddings|embed_in|shared)\.weight$/;
const anyEmbedding = /(?:^|[._])emb|(?:^|\.)w[tp]e\./;

/** A part of a model with at most one stack of layers: the language model, or what looks at pictures. */
export interface InferredModule {
  readonly name: string;
  readonly weights: ArchitectureWeights;
  /** What the names of its layers begin with, up to the number; absent where it has none. */
  readonly stack?: string;
}

/**
 * Infers the tensors of an architecture that has no table from the names that checkpoints store. A model with several
 * stacks of layers has a module for each; a module is named after the first part of its names that is its own. What
 * some models or some layers lack is optional.
 */
export function inferModules(models: readonly ReadonlySet<string>[]): InferredModule[] {
  const stacks = new Set<string>();
  for (const names of models) {
    for (const name of names) {
      const place = placeInStack(name);
      if (place !== undefined) stacks.add(place.stack);
    }
  }
  const names = new Set(models.flatMap((model) => [...model]));
  if (stacks.size <= 1) return [inferModule("default", [...stacks][0], names, models)];
  const paths = [...stacks].map((stack) => stack.split(".").slice(0, -1));
  const members = new Map<string, Set<string>>();
  for (const name of names) {
    const root = rootOf(name.split("."), paths);
    members.set(root, (members.get(root) ?? new Set()).add(name));
  }
  joinHeads(members);
  const roots = [...members.keys()];
  return [...members].map(([root, own]) => {
    const stack = [...stacks].find((candidate) => candidate.startsWith(`${root}.`));
    const short = root.split(".").at(-1)!;
    const isOnly = roots.filter((other) => other.split(".").at(-1) === short).length === 1;
    return inferModule(isOnly ? short : root, stack, own, models);
  });
}

/** The beginning of a name that tells its module from the stacks of all others. */
function rootOf(parts: readonly string[], stacks: readonly (readonly string[])[]): string {
  const fits = (stack: readonly string[], length: number) =>
    parts.slice(0, length).every((part, i) => part === stack[i]);
  for (let length = 1; length < parts.length; length++) {
    const shared = stacks.filter((stack) => fits(stack, length));
    if (shared.length <= 1) return parts.slice(0, length).join(".");
  }
  return parts.join(".");
}

/** A head outside of all modules belongs to the one with the token embedding. */
function joinHeads(members: Map<string, Set<string>>): void {
  const text = [...members.values()].find((own) => [...own].some((name) => tokenEmbedding.test(name)));
  if (text === undefined) return;
  for (const [root, own] of members) {
    if (own === text || ![...own].every((name) => head.test(name))) continue;
    for (const name of own) text.add(name);
    members.delete(root);
  }
}

function inferModule(
  name: string,
  stack: string | undefined,
  names: ReadonlySet<string>,
  models: readonly ReadonlySet<string>[],
): InferredModule {
  const part = (isMember: (name: string) => boolean): WeightTemplate[] =>
    [...names].filter(isMember).map((member) =>
      template(
        member,
        models.every((model) => model.has(member)),
        member,
      ),
    );
  const isInStack = (member: string) => stack !== undefined && placeInStack(member)?.stack === stack;
  const isBefore = (member: string) => anyEmbedding.test(member) && !head.test(member);
  const before = part((member) => !isInStack(member) && isBefore(member));
  const after = part((member) => !isInStack(member) && !isBefore(member));
  const inLayers = [...names].filter(isInStack);
  return {
    name,
    weights: { before, layer: layerTemplates(inLayers, models), after },
    ...(stack === undefined ? {} : { stack }),
  };
}

function layerTemplates(names: readonly string[], models: readonly ReadonlySet<string>[]): WeightTemplate[] {
  const layers = new Set(names.map((name) => placeInStack(name)!.layer));
  const owners = new Map<string, string[]>();
  for (const name of names) {
    const { stack, suffix } = placeInStack(name)!;
    const key = `${stack}{layer}.${suffix}`;
    owners.set(key, [...(owners.get(key) ?? []), name]);
  }
  return [...owners].map(([key, own]) => {
    const isEverywhere = own.length === layers.size && own.every((name) => models.every((model) => model.has(name)));
    return template(key, isEverywhere, own[0]!);
  });
}

function template(name: string, isRequired: boolean, example: string): WeightTemplate {
  const isEmbedding = tokenEmbedding.test(example) || (head.test(example) && example.endsWith(".weight"));
  return { name, ...(isRequired ? {} : { optional: true }), ...(isEmbedding ? { embedding: true } : {}) };
}
