import type { DiagnosticCode } from "../diagnosticCodes.ts";
import { oncePerModel, type FactsResult, type ModelFacts } from "../../../checkpoint/modelFacts.ts";
import {
  layerName,
  type Architecture,
  type ArchitectureWeights,
} from "../../../checkpoint/architectures/architecture.ts";
import { findArchitecture } from "../../../checkpoint/architectures/registry.ts";
import { torchNameOf } from "../../../checkpoint/dtype.ts";
import type { ModelReference } from "../../../checkpoint/modelReference.ts";
import type { DiagnosticContext, Reporter } from "./diagnostic.ts";
import { layersOf } from "./layerRules.ts";
import { factsOf, leadingBase, lookUp, modelUses, slicesOf, type BaseUse, type MergeView } from "./view.ts";
import { smallest } from "../../../lists.ts";

/** A place that names a model, with what is known of it. */
interface KnownModel {
  readonly path: string;
  readonly key: string;
  readonly reference: ModelReference;
  readonly facts: ModelFacts;
}

/** What only the models themselves can tell. Models that are not known are passed over. */
export function checkModels(view: MergeView, reporter: Reporter): void {
  checkExistence(view, reporter);
  const known = knownModels(view);
  for (const model of known) checkModel(view, model, reporter);
  checkArchitectures(view, known, reporter);
  checkHiddenSizes(view, known, reporter);
  checkCompleteness(view, known, reporter);
  checkVocabularies(view, known, reporter);
  checkTying(view, known, reporter);
  checkTypes(view, known, reporter);
}

/** Every place that names a model: base models that are listed nowhere, then the entries. */
function uses(view: MergeView): Omit<KnownModel, "facts">[] {
  const listed = modelUses(view).map(({ path, reference, key }) => ({ path: `${path}/model`, reference, key }));
  const bases = new Map<string, BaseUse>();
  for (const base of [view.base, ...slicesOf(view).map((slice) => slice.base)]) {
    if (base !== undefined && !listed.some(({ key }) => key === base.key)) bases.set(base.path, base);
  }
  return [...bases.values(), ...listed];
}

function knownModels(view: MergeView): KnownModel[] {
  const seen = new Set<string>();
  return uses(view).flatMap(({ path, reference, key }) => {
    const facts = factsOf(view, reference);
    if (facts === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ path, key, reference, facts }];
  });
}

function checkExistence(view: MergeView, reporter: Reporter): void {
  for (const { path, reference } of uses(view)) {
    const result = lookUp(view, reference);
    if (result.state === "missing") {
      reportMissing(reference, result, view.context, path, reporter);
    } else if (result.state === "unusable") {
      reporter.report({ code: "modelUnusable", severity: "error", message: result.reason, path });
    }
    const { engine = "any", loraMergeCache } = view.context;
    if (reference.lora !== undefined && engine !== "medley" && loraMergeCache !== true) {
      const message = "An adapter reference needs the option lora-merge-cache.";
      reporter.report({ code: "loraCache", severity: "error", message, path });
    }
  }
}

/** A model that is not on this machine. */
export function reportMissing(
  reference: ModelReference,
  result: Extract<FactsResult, { state: "missing" }>,
  { isDraft }: DiagnosticContext,
  path: string,
  reporter: Reporter,
): void {
  const name = result.path ?? reference.model.path;
  if (isDraft === true && result.isHubId === true) {
    const message = `${name} is not on this machine: nothing can be checked against it, and it has to be downloaded before the merge.`;
    reporter.report({ code: "modelElsewhere", severity: "information", message, path });
  } else {
    reporter.report({ code: "modelMissing", severity: "error", message: `${name} does not exist locally.`, path });
  }
}

function checkModel(view: MergeView, { facts, path, reference }: KnownModel, reporter: Reporter): void {
  const { config } = facts;
  const error = (code: DiagnosticCode, message: string, at = path) =>
    reporter.report({ code, severity: "error", message, path: at });
  if (config.quantization !== undefined) {
    error("quantized", "This checkpoint is quantised (quantization_config); merge the unquantised weights.");
  }
  if (config.architectures.length > 1 && reference.overrideArchitecture === undefined) {
    error("architectures", "config.json lists more than one architecture.");
  }
  const parts = ["text_config", "vision_config", "audio_config"].filter((key) => key in config.document);
  if (parts.length > 1 && view.configuration.slices !== undefined) {
    error("modules", "This architecture has several modules; use `modules`.", "/slices");
  }
  if (parts.length > 1) return;
  const architecture = findArchitecture(config, reference.overrideArchitecture);
  if (architecture === undefined) return;
  for (const { name, path: place } of view.modules) {
    if (name === "default") continue;
    const message = "This architecture has one module named `default`.";
    reporter.report({ code: "module", severity: "error", message, path: place, part: "key" });
  }
}

function checkArchitectures(view: MergeView, known: readonly KnownModel[], reporter: Reporter): void {
  const nameOf = ({ reference, facts }: KnownModel) =>
    reference.overrideArchitecture ?? facts.config.architectures[0] ?? facts.config.modelType;
  const [first, ...others] = known;
  if (first === undefined) return;
  if (view.context.allowMixedArchitectures !== true) {
    for (const other of others) {
      if (nameOf(other) === nameOf(first)) continue;
      const message =
        `${other.key} is ${nameOf(other)}, ${first.key} is ${nameOf(first)}: ` +
        "different architectures cannot be merged (option allow-crimes overrides).";
      reporter.report({ code: "architecture", severity: "error", message, path: other.path });
    }
  }
  if (findArchitecture(first.facts.config, first.reference.overrideArchitecture) !== undefined) return;
  const message =
    "Architecture unknown: tensors common to all models are merged; layer counts in config.json are not updated.";
  reporter.report({ code: "architectureUnknown", severity: "information", message, path: first.path });
}

function hiddenSize({ facts }: KnownModel): number | undefined {
  return facts.config.integer("hidden_size", "n_embd", "d_model");
}

function checkHiddenSizes(view: MergeView, known: readonly KnownModel[], reporter: Reporter): void {
  const base = leadingBase(view);
  const leader = known.find(({ key }) => key === base?.key) ?? known[0];
  if (leader === undefined) return;
  const expected = hiddenSize(leader);
  const skips = view.method?.shapes === "base";
  for (const model of known) {
    const size = hiddenSize(model);
    if (expected === undefined || size === undefined || size === expected || !sameArchitecture(model, leader)) continue;
    const message = skips
      ? `${model.key} has hidden_size ${size}, the base has ${expected}: every non-embedding tensor of this model is skipped without an error.`
      : `${model.key} has hidden_size ${size}, ${leader.key} has ${expected}: tensors cannot be merged.`;
    reporter.report({ code: "hiddenSize", severity: "error", message, path: model.path, silent: skips });
  }
}

function sameArchitecture(a: KnownModel, b: KnownModel): boolean {
  return a.facts.config.architectures[0] === b.facts.config.architectures[0];
}

function checkCompleteness(view: MergeView, known: readonly KnownModel[], reporter: Reporter): void {
  for (const { facts, reference, key, path } of known) {
    const architecture = findArchitecture(facts.config, reference.overrideArchitecture);
    const layers = layersOf(view, reference);
    if (architecture === undefined || layers === undefined || facts.config.quantization !== undefined) continue;
    const missing = missingTensor(facts, architecture, Math.min(layers, 10_000));
    if (missing === undefined) continue;
    const message = `${key} lacks tensor ${missing}.`;
    reporter.report({ code: "tensorMissing", severity: "error", message, path });
  }
}

const storedNames = oncePerModel(({ tensors }) => new Set(tensors.keys()));
const missingTensors = oncePerModel(() => new Map<Architecture, string | undefined>());

function missingTensor(facts: ModelFacts, architecture: Architecture, layers: number): string | undefined {
  const known = missingTensors(facts);
  if (!known.has(architecture)) {
    known.set(architecture, firstMissing(architecture.weights(facts.config, storedNames(facts)), layers, facts));
  }
  return known.get(architecture);
}

function firstMissing(weights: ArchitectureWeights, layers: number, { tensors }: ModelFacts): string | undefined {
  const isStored = (names: readonly string[]) => names.some((name) => tensors.has(name));
  for (const { name, aliases = [], optional } of [...weights.before, ...weights.after]) {
    if (optional !== true && !isStored([name, ...aliases])) return name;
  }
  for (let layer = 0; layer < layers; layer++) {
    for (const { name, aliases = [], optional } of weights.layer) {
      const names = [name, ...aliases].map((template) => layerName(template, layer));
      if (optional !== true && !isStored(names)) return names[0];
    }
  }
  return undefined;
}

function embeddingRows({ facts, reference }: KnownModel): number | undefined {
  const architecture = findArchitecture(facts.config, reference.overrideArchitecture);
  const embedding = architecture
    ?.weights(facts.config, storedNames(facts))
    .before.find((weight) => weight.embedding === true);
  const names = embedding === undefined ? [] : [embedding.name, ...(embedding.aliases ?? [])];
  return names.map((name) => facts.tensors.get(name)?.shape[0]).find((rows) => rows !== undefined);
}

function checkVocabularies(view: MergeView, known: readonly KnownModel[], reporter: Reporter): void {
  const { method } = view;
  const base = leadingBase(view);
  if (
    method === undefined ||
    view.hasTokenizer ||
    slicesOf(view).every(({ sources }) => sources.length < 2 && base === undefined)
  ) {
    return;
  }
  const sized = known.flatMap((model) => {
    const rows = embeddingRows(model);
    return rows === undefined ? [] : [{ ...model, rows }];
  });
  const baseModel = sized.find(({ key }) => key === base?.key);
  const leader = baseModel ?? sized[0];
  if (leader === undefined || sized.every(({ rows }) => rows === leader.rows)) return;
  const report = (severity: "error" | "warning", message: string, path: string) =>
    reporter.report({ code: "vocabulary", severity, message, path });
  const least = smallest(sized.map(({ rows }) => rows));
  for (const model of sized.filter(({ rows }) => rows !== leader.rows)) {
    const advice = "Use a `tokenizer` block to align vocabularies.";
    const differing = `${model.key} has ${model.rows} embedding rows, ${leader.key} has ${leader.rows}.`;
    if (method.shapes === "base" && model.rows < leader.rows) {
      const message = `The base has ${leader.rows} embedding rows, ${model.key} ${model.rows}: with this method the base may not be larger. Use a \`tokenizer\` block.`;
      report("error", message, base!.path);
    } else if (method.shapes === "base" && !fixedCut.has(method.name)) {
      const message = `${model.key} has ${model.rows - leader.rows} embedding rows more than the base; they are dropped.`;
      report("warning", message, model.path);
    } else if (method.shapes === "equal" && !fixedCut.has(method.name)) {
      report("error", `${differing} ${advice}`, model.path);
    } else if (method.name === "linear" || method.name === "slerp") {
      const longest = sized.reduce((a, b) => (b.rows > a.rows ? b : a));
      const hazard = `tokens with ids from ${least} on have no embedding, and text with one of them fails.`;
      const consequence = leader.rows > least ? hazard : "rows beyond are lost.";
      const keepsCount = leader.rows > least && view.context.engine !== "medley";
      const load = keepsCount
        ? " mergekit also leaves the old vocab_size in config.json: its result does not load."
        : "";
      report("warning", `Embeddings are cut to ${least} rows: ${consequence}${load} ${advice}`, longest.path);
    } else {
      report("warning", `${differing} ${advice}`, model.path);
    }
  }
}

/** Methods that the reference cuts embeddings for without a word. */
const fixedCut = new Set(["arcee_fusion", "model_stock", "nuslerp"]);

function checkTying(view: MergeView, known: readonly KnownModel[], reporter: Reporter): void {
  const base = known.find(({ key }) => key === view.base?.key);
  if (base === undefined || !base.facts.config.tiesEmbeddings) return;
  const untied = known.find((model) => model !== base && model.facts.tensors.has("lm_head.weight"));
  if (untied === undefined || base.facts.tensors.has("lm_head.weight")) return;
  const message = `The base ties its embeddings but ${untied.key} has its own lm_head: the written lm_head will be ignored at load.`;
  reporter.report({ code: "tying", severity: "warning", message, path: "/base_model" });
}

/** Without `dtype`, what inputs of different types lead to. */
function checkTypes(view: MergeView, known: readonly KnownModel[], reporter: Reporter): void {
  const { method, configuration } = view;
  if (method === undefined || configuration.dtype !== undefined) return;
  const types = new Map(known.map((model) => [model.key, mainType(model.facts)]));
  const distinct = new Set(types.values());
  if (distinct.size < 2) return;
  const listed = [...distinct].join(", ");
  const base = leadingBase(view);
  const baseType = base === undefined ? undefined : types.get(base.key);
  const message =
    method.promotion === "base" && baseType !== undefined
      ? `dtype is omitted and inputs differ: everything is cast to the dtype of the base (${baseType}).`
      : `dtype is omitted and inputs differ (${listed}): the result is float32.`;
  reporter.report({ code: "mixedTypes", severity: "information", message, path: "" });
}

function mainType({ tensors }: ModelFacts): string {
  const counts = new Map<string, number>();
  for (const { dtype } of tensors.values()) counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
  const [dtype] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ["F32", 0]) as [
    Parameters<typeof torchNameOf>[0],
    number,
  ];
  return torchNameOf(dtype);
}
