import { ConfigurationError, DataError } from "../../errors.ts";
import type { ArchitectureWeights } from "../../checkpoint/architectures/architecture.ts";
import { inferModules, type InferredModule } from "../../checkpoint/architectures/generic.ts";
import { placeInStack } from "../../checkpoint/architectures/layerPlace.ts";
import { findArchitecture, layerCountOf } from "../../checkpoint/architectures/registry.ts";
import type { Merge, MergeModule } from "../config/merge.ts";
import { formatModelReference, type ModelReference } from "../../checkpoint/modelReference.ts";
import type { ModelFacts } from "../../checkpoint/modelFacts.ts";

/** How the models of a merge are built: one family, or what their tensors' names tell. */
export interface MergeArchitecture {
  readonly name: string;
  readonly modules: readonly ArchitectureModule[];
}

/** A part of the models with at most one stack of layers. */
export interface ArchitectureModule {
  readonly name: string;
  /** What the stored names of its layers begin with, up to the number; absent where it has none. */
  readonly stack?: string;
  weightsOf(key: string): ArchitectureWeights;
  layersOf(key: string): number;
}

/** A part of the models with what the configuration says of it. */
export interface ModulePair {
  readonly wanted: MergeModule;
  readonly module: ArchitectureModule;
}

/**
 * The architecture that all models of a merge share.
 * @param facts by `formatModelReference`
 * @throws ConfigurationError when they differ and `allowMixed` is not set, or when their tensors have other names
 */
export function resolveArchitecture(
  merge: Merge,
  facts: ReadonlyMap<string, ModelFacts>,
  allowMixed: boolean,
): MergeArchitecture {
  const families = merge.models.map((reference) => ({
    reference,
    className: classOf(reference, facts.get(formatModelReference(reference))!),
  }));
  const first = families[0]!;
  const other = families.find(({ className }) => className !== first.className);
  if (other !== undefined && !allowMixed) {
    throw new ConfigurationError(
      `${formatModelReference(other.reference)} is ${other.className}, ${formatModelReference(first.reference)} is ` +
        `${first.className}: different architectures cannot be merged.`,
      { hint: "Choose models of one architecture.", remedy: { action: "allowMixedArchitectures" } },
    );
  }
  const namesOf = (key: string) => new Set(facts.get(key)!.tensors.keys());
  const known = merge.models.map((reference) =>
    findArchitecture(facts.get(formatModelReference(reference))!.config, reference.overrideArchitecture),
  );
  if (known.every((architecture) => architecture !== undefined)) {
    const donor = known[0]!;
    const module: ArchitectureModule = {
      name: "default",
      stack: placeInStack(
        donor
          .weights(facts.get(formatModelReference(first.reference))!.config, new Set())
          .layer[0]!.name.replace("{layer}", "0"),
      )!.stack,
      weightsOf: (key) => donor.weights(facts.get(key)!.config, namesOf(key)),
      layersOf: (key) => declaredLayers(key, facts.get(key)!, donor.layerCountKey),
    };
    return { name: donor.name, modules: [module] };
  }
  const keys = merge.models.map(formatModelReference);
  const stored = new Map(keys.map((key) => [key, namesOf(key)]));
  const modules = inferModules([...stored.values()]);
  if (!allowMixed) for (const { stack } of modules) checkShared(stack, stored);
  return { name: first.className, modules: modules.map((module) => inferredModule(module, stored)) };
}

function inferredModule(
  { name, weights, stack }: InferredModule,
  stored: ReadonlyMap<string, ReadonlySet<string>>,
): ArchitectureModule {
  return {
    name,
    ...(stack === undefined ? {} : { stack }),
    weightsOf: () => weights,
    layersOf: (key) => (stack === undefined ? 0 : countLayers(key, stack, stored.get(key)!)),
  };
}

/** Models whose layers have other names would not be merged but laid side by side. */
function checkShared(stack: string | undefined, stored: ReadonlyMap<string, ReadonlySet<string>>): void {
  const keys = [...stored.keys()];
  const without = keys.find(
    (key) => stack !== undefined && ![...stored.get(key)!].some((name) => name.startsWith(stack)),
  );
  if (without === undefined) return;
  const owner = keys.find((key) => [...stored.get(key)!].some((name) => name.startsWith(stack!)))!;
  throw new ConfigurationError(
    `${owner} has layers named ${stack}0 and so on, ${without} has none: their tensors cannot be matched.`,
    { hint: "Load both models with one version of transformers and save them with the same class." },
  );
}

function countLayers(key: string, stack: string, names: ReadonlySet<string>): number {
  const layers = new Set<number>();
  for (const name of names) {
    const place = placeInStack(name);
    if (place?.stack === stack) layers.add(place.layer);
  }
  for (let layer = 0; layer < layers.size; layer++) {
    if (layers.has(layer)) continue;
    throw new DataError(`${key} lacks the layer ${stack}${layer}.`, {
      hint: "Compare the checkpoint with its publisher's list of files; a shard may be missing.",
      place: { file: key, field: `${stack}${layer}` },
    });
  }
  return layers.size;
}

function classOf(reference: ModelReference, { config }: ModelFacts): string {
  const name = formatModelReference(reference);
  if (config.architectures.length > 1 && reference.overrideArchitecture === undefined) {
    throw new ConfigurationError(`config.json of ${name} lists more than one architecture.`, {
      hint: "Name the one to use with `override_architecture` in the object form of the model.",
    });
  }
  return reference.overrideArchitecture ?? config.architectures[0] ?? config.modelType ?? "unknown";
}

function declaredLayers(key: string, facts: ModelFacts, layerCountKey: string): number {
  const layers = layerCountOf(facts.config, undefined) ?? facts.config.integer(layerCountKey);
  if (layers === undefined || layers < 0 || layers > 100_000) {
    throw new DataError(`config.json of ${key} has no usable \`${layerCountKey}\`.`, {
      place: { file: `${key}/config.json`, field: layerCountKey },
    });
  }
  return layers;
}

/**
 * Every module of the architecture with its part of the configuration. `models` at the top stand for all modules.
 * @throws ConfigurationError when modules are unknown or left out, or slices do not say which module they are of
 */
export function pairModules(merge: Merge, { modules }: MergeArchitecture): ModulePair[] {
  const list = modules.map(({ name }) => name).join(", ");
  const only = merge.modules[0]!;
  if (merge.modules.length === 1 && only.name === "default" && modules.length > 1) {
    if (only.spansAllLayers) return modules.map((module) => ({ wanted: only, module }));
    throw new ConfigurationError(`These models have several modules: ${list}. \`slices\` must say of which they are.`, {
      hint: "Name all of them under `modules`, each with its own `slices` or `models`.",
      place: { field: "slices" },
    });
  }
  const unknown = merge.modules.find(({ name }) => !modules.some((module) => module.name === name));
  if (unknown !== undefined) {
    throw new ConfigurationError(`There is no module "${unknown.name}"; these models have: ${list}.`, {
      place: { field: `modules.${unknown.name}` },
    });
  }
  return modules.map((module) => {
    const wanted = merge.modules.find(({ name }) => name === module.name);
    if (wanted !== undefined) return { wanted, module };
    throw new ConfigurationError(`The module ${module.name} is not under \`modules\`, so the result would lack it.`, {
      hint: `Give \`models\` for it; these models have the modules ${list}.`,
      place: { field: "modules" },
    });
  });
}
