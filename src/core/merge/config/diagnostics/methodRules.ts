import type { DiagnosticCode } from "../diagnosticCodes.ts";
import type { MergeMethod } from "../../methods/method.ts";
import { didYouMean, nearest, type Reporter } from "./diagnostic.ts";
import { factsOf, modelUses, othersOf, slicesOf, type MergeView, type SliceUse } from "./view.ts";

/** Which definition is given, whether the method exists, its base model and the number of models. */
export function checkMethod(view: MergeView, reporter: Reporter): void {
  checkDefinition(view, reporter);
  const { method, configuration } = view;
  if (method === undefined) {
    const suggestion = nearest(configuration.merge_method, view.context.methods.keys());
    reporter.report({
      code: "unknownMethod",
      severity: "error",
      message: `Unknown merge method ${JSON.stringify(configuration.merge_method)}.${didYouMean(suggestion)}`,
      path: "/merge_method",
      ...(suggestion === undefined ? {} : { replacement: suggestion }),
    });
    return;
  }
  checkBase(view, method, reporter);
  checkCounts(view, method, reporter);
  checkDonor(view, reporter);
  checkSeed(view, method, reporter);
}

function checkDefinition({ configuration }: MergeView, reporter: Reporter): void {
  const given = (["models", "slices", "modules"] as const).filter((key) => configuration[key] !== undefined);
  if (given.length === 0) {
    const message = "Give exactly one of `models`, `slices` or `modules`.";
    reporter.report({ code: "definition", severity: "error", message, path: "" });
  }
  for (const extra of given.slice(1)) {
    const message = `Give exactly one of \`models\`, \`slices\` or \`modules\`; this file has both \`${given[0]!}\` and \`${extra}\`.`;
    reporter.report({ code: "definition", severity: "error", message, path: `/${extra}`, part: "key" });
  }
  for (const [name, module] of Object.entries(configuration.modules ?? {})) {
    if (module.models !== undefined || module.slices !== undefined) continue;
    const path = `/modules/${name}`;
    reporter.report({ code: "definition", severity: "error", message: "A module needs `slices` or `models`.", path });
  }
}

const asMember = new Set(["linear"]);

function checkBase(view: MergeView, method: MergeMethod, reporter: Reporter): void {
  const { name } = method;
  const error = (code: DiagnosticCode, message: string, path: string) =>
    reporter.report({ code, severity: "error", message, path });
  const slices = slicesOf(view);
  const lacksBase = slices.length === 0 ? view.base === undefined : slices.some(({ base }) => base === undefined);
  if (method.base === "required" && lacksBase) {
    error("baseMissing", `Method \`${name}\` needs \`base_model\`.`, "/merge_method");
  }
  for (const slice of slices) {
    const { base } = slice;
    if (base === undefined) continue;
    const isListed = slice.sources.some(({ isBase }) => isBase);
    if (name === "nuslerp" && isListed) {
      error("baseListed", "`nuslerp`: base_model must be a third model, not one of the two merged.", base.path);
    }
    if (isListed) continue;
    if (!slice.isModels && name === "slerp") {
      error("baseElsewhere", "`slerp`: base_model must be one of the two models.", base.path);
    } else if (!slice.isModels && method.base === "required") {
      const message = "With `slices`, the base model must be listed among the sources of every slice.";
      error("baseNotInSlice", message, slice.sourcesPath);
    } else if (slice.isModels && asMember.has(name)) {
      const message = `With \`${name}\`, \`base_model\` must be one of the listed models: add it to \`models\` (weight 0 is possible) or remove the key.`;
      error("baseNotListed", message, base.path);
    } else if (slice.isModels && method.base === "member") {
      const message = `\`${name}\` treats base_model as one more equal participant.`;
      reporter.report({ code: "baseJoins", severity: "warning", message, path: base.path });
    }
  }
}

function checkCounts(view: MergeView, method: MergeMethod, reporter: Reporter): void {
  for (const slice of slicesOf(view)) {
    if (slice.sources.length === 0) continue;
    checkDuplicates(slice, reporter);
    checkCount(method, slice, reporter);
  }
}

function checkDuplicates(slice: SliceUse, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const { key, path } of slice.sources) {
    if (seen.has(key)) {
      const message = `${key} is listed twice; only the first entry counts.`;
      reporter.report({ code: "modelTwice", severity: "warning", message, path: `${path}/model` });
    }
    seen.add(key);
  }
}

function checkCount(method: MergeMethod, slice: SliceUse, reporter: Reporter): void {
  const { name, models } = method;
  const others = othersOf(slice).length;
  const path = slice.sourcesPath;
  if (name === "slerp" && others === 0 && slice.base !== undefined) {
    const message = "Only one model: the output is a copy.";
    return reporter.report({ code: "modelCount", severity: "warning", message, path });
  }
  // Without a base model that the method needs, the number of models says nothing yet.
  if (method.base === "required" && slice.base === undefined) return;
  const counted = method.base === "member" || method.base === "none" ? distinct(slice) : others;
  if (counted >= models.minimum && counted <= models.maximum) return;
  reporter.report({ code: "modelCount", severity: "error", message: countMessages[name] ?? generic(method), path });
}

/** All models that take part, with a base model that is appended to `models`. */
function distinct({ sources, isModels, base }: SliceUse): number {
  const keys = new Set(sources.map(({ key }) => key));
  if (isModels && base !== undefined) keys.add(base.key);
  return keys.size;
}

const countMessages: Readonly<Record<string, string>> = {
  slerp: "`slerp` merges exactly two models, one of them the base model.",
  nuslerp: "`nuslerp` merges exactly two models (plus an optional base_model).",
  passthrough: "`passthrough` copies exactly one model per slice.",
  model_stock: "`model_stock` needs the base and at least two other models.",
  nearswap: "`nearswap` takes the base and exactly one other model.",
  arcee_fusion: "`arcee_fusion` takes the base and exactly one other model.",
};

function generic({ name, models: { minimum, maximum } }: MergeMethod): string {
  return `\`${name}\` takes ${minimum === maximum ? minimum : `${minimum} to ${maximum}`} models besides the base model.`;
}

/** Without a base model the reference takes configuration and tokenizer from any of the models, at random. */
function checkDonor(view: MergeView, reporter: Reporter): void {
  const lacksBase = view.method?.base === "required" && slicesOf(view).every(({ base }) => base === undefined);
  if (view.base !== undefined || lacksBase || view.hasTokenizer) return;
  const described = modelUses(view).map(({ reference }) => factsOf(view, reference));
  const known = described.filter((facts) => facts !== undefined);
  const configurations = new Set(known.map(({ config }) => JSON.stringify(meaning(config.document))));
  if (configurations.size <= 1) return;
  reporter.report({
    code: "donor",
    severity: "warning",
    message:
      "Without `base_model` the configuration and tokenizer come from an arbitrary input model; set `base_model`.",
    path: "/merge_method",
  });
}

/** Keys of config.json that tell where it is from and how it was saved, not what the model is. */
const provenance = new Set(["_name_or_path", "transformers_version", "torch_dtype", "dtype", "use_cache"]);

/** A config.json without its provenance, in the order of the keys. */
function meaning(document: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(document)
    .filter(([key]) => !provenance.has(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const drawingMethods = new Set(["dare_linear", "dare_ties", "della", "della_linear"]);
const largestSeed = 2 ** 32 - 1;

function checkSeed({ context }: MergeView, { name }: MergeMethod, reporter: Reporter): void {
  const seed = context.randomSeed;
  if (seed === undefined) {
    if (!drawingMethods.has(name)) return;
    const message =
      context.isDraft === true
        ? `\`${name}\` drops elements at random. Medley records the seed that a run has used; to repeat the run, or with mergekit, state it as the option random-seed.`
        : `\`${name}\` is random: set the option random-seed for a repeatable result.`;
    reporter.report({ code: "noSeed", severity: "information", message, path: "/merge_method" });
  } else if (!Number.isInteger(seed) || seed < 0 || seed > largestSeed) {
    const message = `The random seed must be between 0 and ${largestSeed}.`;
    reporter.report({ code: "seed", severity: "error", message, path: "" });
  }
}
