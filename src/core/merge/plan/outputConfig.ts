import { torchNameOf } from "../../checkpoint/dtype.ts";
import type { ModelConfig } from "../../checkpoint/modelConfig.ts";
import { placeInStack } from "../../checkpoint/architectures/layerPlace.ts";
import type { Merge, MergeModule } from "../config/merge.ts";
import { formatModelReference } from "../../checkpoint/modelReference.ts";
import { pairModules, type ArchitectureModule, type MergeArchitecture } from "./mergeArchitecture.ts";
import type { ModelFacts } from "../../checkpoint/modelFacts.ts";
import type { ByModel } from "../../checkpoint/byModel.ts";
import { sliceLength } from "./outputTensors.ts";
import { restackedConfig, type Restacked } from "./restack.ts";
import type { PlannedTensor } from "./mergePlan.ts";
import type { TokenizerPlan } from "../tokenizer/planTokenizer.ts";

/**
 * Values of config.json, by dotted path, that the result needs to differ from the donor's: element type, vocabulary
 * size, and what tells of layers where slices were stacked; each only where it is not what the donor says.
 * @throws ConfigurationError when config.json cannot say how layers were stacked
 */
export function configChanges(
  merge: Merge,
  architecture: MergeArchitecture,
  facts: ByModel<ModelFacts>,
  tensors: readonly PlannedTensor[],
  tokenizer: TokenizerPlan | undefined,
): Record<string, unknown> {
  const donorName = formatModelReference(merge.base ?? merge.models[0]!);
  const { config, tensors: stored } = facts.of(donorName);
  const { document } = config;
  const sections = Object.entries({ "": document, ...document }).filter(isSection);
  const wanted: Record<string, unknown> = {};
  const dtype = mainDtypeName(tensors);
  if (!("dtype" in document)) wanted["torch_dtype"] = dtype;
  for (const [name, section] of sections) {
    for (const key of ["dtype", "torch_dtype"]) {
      if (typeof section[key] === "string") wanted[pathOf(name, key)] = dtype;
    }
  }
  for (const { wanted: asked, module } of pairModules(merge, architecture)) {
    if (asked.spansAllLayers || module.stack === undefined) continue;
    Object.assign(wanted, restackedConfig(restack(asked, module)));
  }
  const rows = tokenizer?.rows ?? embeddingRows(tensors, config);
  if (rows !== undefined) wanted[pathOf(vocabularySection(document), "vocab_size")] = rows;
  return Object.fromEntries(Object.entries(wanted).filter(([path, value]) => !isSame(valueAt(document, path), value)));

  function restack({ slices }: MergeModule, { name, stack, layersOf }: ArchitectureModule): Restacked {
    const picks = slices.flatMap((slice) => {
      const source = slice.sources.find(({ key }) => key === donorName) ?? slice.sources[0]!;
      const start = source.layers?.[0] ?? 0;
      const own = facts.of(source.key).config.document;
      return Array.from({ length: sliceLength(slice, { layersOf }) }, (_, k) => ({ layer: start + k, document: own }));
    });
    const byLayer = new Map<number, string[]>();
    for (const tensor of stored.keys()) {
      const place = placeInStack(tensor);
      if (place?.stack !== stack) continue;
      byLayer.set(place!.layer, [...(byLayer.get(place!.layer) ?? []), place!.suffix]);
    }
    const tensorsOf = (layer: number) => byLayer.get(layer) ?? [];
    return { module: name, stack: stack!, donor: document, donorName, layers: layersOf(donorName), picks, tensorsOf };
  }
}

type Section = Readonly<Record<string, unknown>>;

function isSection(entry: [string, unknown]): entry is [string, Section] {
  return typeof entry[1] === "object" && entry[1] !== null && !Array.isArray(entry[1]);
}

function pathOf(section: string, key: string): string {
  return section === "" ? key : `${section}.${key}`;
}

/** The value at a dotted path of a config.json. */
function valueAt(document: Section, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Section | undefined)?.[key], document);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Models of text and pictures keep what belongs to their vocabulary in `text_config`. */
function vocabularySection(document: Section): string {
  const inside = (document["text_config"] as Section | undefined)?.["vocab_size"];
  return "vocab_size" in document || inside === undefined ? "" : "text_config";
}

/** Name of the type that most elements have. */
function mainDtypeName(tensors: readonly PlannedTensor[]): string {
  const counts = new Map<string, number>();
  for (const { dtype, shape } of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    counts.set(torchNameOf(dtype), (counts.get(torchNameOf(dtype)) ?? 0) + elements);
  }
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/**
 * Rows of the embeddings when they were cut to what all models share, so that the result loads (the reference leaves
 * the donor's number there). Padded embeddings, larger than `vocab_size` from the start, are left alone.
 */
function embeddingRows(tensors: readonly PlannedTensor[], { document }: ModelConfig): number | undefined {
  const declared = valueAt(document, pathOf(vocabularySection(document), "vocab_size"));
  const cut = tensors.find(
    ({ shape, inputs }) => shape.length === 2 && inputs.some((input) => input.shape[0]! > shape[0]!),
  );
  return cut === undefined || typeof declared !== "number" || cut.shape[0]! >= declared ? undefined : cut.shape[0];
}
