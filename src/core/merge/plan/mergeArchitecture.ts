import { ConfigurationError, DataError } from "../../errors.ts";
import type { ArchitectureWeights } from "../../checkpoint/architectures/architecture.ts";
import { inferModules, type InferredModule } from "../../checkpoint/architectures/generic.ts";
import { placeInStack } from "../../checkpoint/architectures/layerPlace.ts";
import { findArchitecture, layerCountOf } from "../../checkpoint/architectures/registry.ts";
import type { Merge, MergeModule } from "../config/merge.ts";
import { ByModel } from "../../checkpoint/byModel.ts";
import { formatModelReference, type ModelKey, type ModelReference } from "../../checkpoint/modelReference.ts";
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
  weightsOf(key: ModelKey): ArchitectureWeights;
  layersOf(key: ModelKey): number;
}

/** A part of the models with what the configuration says of it. */
export interface ModulePair {
  readonly wanted: MergeModule;
  readonly module: ArchitectureModule;
}

/**
 * The architecture that all models of a merge share.
 * @throws ConfigurationError when they differ and `allowMixed` is not set, or when their tensors have other names
 */
export function resolveArchitecture(merge: Merge, facts: ByModel<ModelFacts>, allowMixed: boolean): MergeArchitecture {
  const families = merge.models.map((reference) => ({
    reference,
    className: classOf(reference, facts.of(reference)),
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
  const namesOf = (key: ModelKey | ModelReference) => new Set(facts.of(key).tensors.keys());
  const known = merge.models.map((reference) =>
    findArchitecture(facts.of(reference).config, reference.overrideArchitecture),
  );
  if (known.every((architecture) => architecture !== undefined)) {
    const donor = known[0]!;
    const module: ArchitectureModule = {
      name: "default",
      stack: placeInStack(
        donor.weights(facts.of(first.reference).config, new Set()).layer[0]!.name.replace("{layer}", "0"),
      )!.stack,
      weightsOf: (key) => donor.weights(facts.of(key).config, namesOf(key)),
      layersOf: (key) => declaredLayers(key, facts.of(key), donor.layerCountKey),
    };
    return { name: donor.name, modules: [module] };
  }
  const stored = new ByModel(merge.models.map((reference) => [reference, namesOf(reference)]));
  const modules = inferModules([...stored.values()]);
  if (!allowMixed) for (const { stack } of modules) checkShared(stack, stored);
  return { name: first.className, modules: modules.map((module) => inferredModule(module, stored)) };
}

function inferredModule(
  { name, weights, stack }: InferredModule,
  stored: ByModel<ReadonlySet<string>>,
): ArchitectureModule {
  return {
    name,
    ...(stack === undefined ? {} : { stack }),
    weightsOf: () => weights,
    layersOf: (key) => (stack === undefined ? 0 : countLayers(key, stack, stored.of(key))),
  };
}

/** Models whose layers have other names would not be merged but laid side by side. */
function checkShared(stack: string | undefined, stored: ByModel<ReadonlySet<string>>): void {
  if (stack === undefined) return;
  const models = Array.from(stored, ([key, names]) => ({
    key,
    has: [...names].some((name) => name.startsWith(stack)),
  }));
  const without = models.find(({ has }) => !has);
  const owner = models.find(({ has }) => has);
  if (without === undefined || owner === undefined) return;
  throw new ConfigurationError(
    `${owner.key} has layers named ${stack}0 and so on, ${without.key} has none: their tensors cannot be matched.`,
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
