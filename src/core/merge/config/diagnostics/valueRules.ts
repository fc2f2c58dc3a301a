import type { DiagnosticCode } from "../diagnosticCodes.ts";
import type { Setting } from "../schema.ts";
import { oncePerModel } from "../../../checkpoint/modelFacts.ts";
import type { Reporter } from "./diagnostic.ts";
import { blocksOf, numbersOf } from "./parameterRules.ts";
import { factsOf, modelUses, slicesOf, type MergeView } from "./view.ts";
import { largest, smallest } from "../../../lists.ts";

/** Values that stop a merge or make a part of it meaningless. */
export function checkValues(view: MergeView, reporter: Reporter): void {
  const { method } = view;
  if (method === undefined) return;
  for (const { path, parameters } of blocksOf(view)) {
    for (const [name, setting] of Object.entries(parameters)) {
      if (!method.parameters.some((spec) => spec.name === name && spec.ignored !== true)) continue;
      checkValue(view, method.name, { name, setting, path: `${path}/${name}` }, reporter);
    }
  }
  if (method.name.startsWith("della")) checkEpsilon(view, reporter);
  if (method.name.startsWith("breadcrumbs")) checkDefaultGamma(view, reporter);
  checkWeights(view, method.name, reporter);
}

function checkValue(
  view: MergeView,
  method: string,
  { name, setting, path }: { readonly name: string; readonly setting: Setting; readonly path: string },
  reporter: Reporter,
): void {
  const values = numbersOf(setting);
  const some = (test: (value: number) => boolean) => values.some(test);
  const warn = (code: DiagnosticCode, message: string) => reporter.report({ code, severity: "warning", message, path });
  if (some((value) => !Number.isFinite(value))) {
    reporter.report({ code: "range", severity: "error", message: "Expected a finite number.", path, silent: true });
  } else if (name === "density") {
    checkDensity(view, method, values, path, reporter);
  } else if (name === "gamma" && some((value) => value === 0)) {
    warn("range", "gamma 0 selects an empty range: the output equals the base. Use a small positive value.");
  } else if (name === "gamma") {
    checkGamma(view, smallest(values), path, reporter);
  } else if (name === "t" && method === "slerp" && some((value) => value < 0 || value > 1)) {
    warn("range", "t outside [0, 1] extrapolates.");
  } else if (name === "t" && method === "nearswap" && values.every((value) => value === 0)) {
    warn("range", "t 0: the output equals the base.");
  } else if (name === "rescale" && some(Boolean) && view.configuration.dtype?.endsWith("float16") === true) {
    checkRescale(view, method, path, reporter);
  }
}

function checkRescale(view: MergeView, method: string, path: string, reporter: Reporter): void {
  const isHalf = view.configuration.dtype?.replace("torch.", "") === "float16";
  if (!isHalf || !/^(?:ties|breadcrumbs)/.test(method)) return;
  const message =
    "With float16, the sums used by `rescale` overflow above 65504: use dtype float32 and out_dtype float16.";
  reporter.report({ code: "halfPrecision", severity: "warning", message, path });
}

function checkDensity(
  view: MergeView,
  method: string,
  values: readonly number[],
  path: string,
  reporter: Reporter,
): void {
  const lowest = smallest(values);
  const magnitude = method === "ties";
  const report = (
    severity: "error" | "warning",
    message: string,
    more: { silent?: boolean; instead?: number } = {},
  ) => {
    // Of several values only a person can tell which one is meant.
    const fix =
      values.length === 1 && more.instead !== undefined ? { replacement: String(more.instead), literal: true } : {};
    reporter.report({ code: "density", severity, message, path, silent: more.silent ?? false, ...fix });
  };
  if (lowest < 0) {
    report("error", "density must be between 0 and 1.", { silent: method.startsWith("breadcrumbs") });
  } else if (lowest === 0) {
    const everywhere = values.every((value) => value === 0);
    const where = everywhere ? "" : " where it holds";
    if (magnitude) report("error", `density 0 keeps no element${where}; the merge would stop.`);
    else report("warning", `density 0 takes this model out of the merge${where}.`);
  } else if (largest(values) > 1) {
    report("warning", "density above 1 has the effect of 1 (nothing is dropped).", { instead: 1 });
  } else if (magnitude) {
    const smallest = smallestTensor(view);
    if (smallest !== undefined && lowest < 1 && Math.floor(lowest * smallest) === 0) {
      const least = Math.ceil(10_000 / smallest) / 10_000;
      const message = `floor(density * n) is 0 for the smallest tensor (${smallest} elements); use at least ${least}.`;
      report("error", message, { instead: least });
    }
  }
}

/** Elements of the smallest tensor of the models that are known; `undefined` when none is. */
function smallestTensor(view: MergeView): number | undefined {
  const known = modelUses(view).flatMap(({ reference }) => factsOf(view, reference) ?? []);
  return known.reduce<number | undefined>((least, facts) => {
    const own = smallestOf(facts);
    return least === undefined || (own !== undefined && own < least) ? own : least;
  }, undefined);
}

const smallestOf = oncePerModel(({ tensors }) =>
  [...tensors.values()].reduce<number | undefined>((least, { shape }) => {
    const elements = shape.reduce((a, b) => a * b, 1);
    return least === undefined || elements < least ? elements : least;
  }, undefined),
);

function checkDefaultGamma(view: MergeView, reporter: Reporter): void {
  const isGiven = blocksOf(view).some(({ parameters }) => parameters.gamma !== undefined);
  const gamma = view.method!.parameters.find(({ name }) => name === "gamma")?.default;
  if (!isGiven && typeof gamma === "number") checkGamma(view, gamma, "/merge_method", reporter);
}

function checkGamma(view: MergeView, gamma: number, path: string, reporter: Reporter): void {
  const smallest = smallestTensor(view);
  if (smallest === undefined || gamma <= 0 || Math.floor(gamma * smallest) > 0) return;
  const message =
    `With gamma ${gamma}, tensors below ${Math.ceil(1 / gamma)} elements ` +
    `(for instance norms of ${smallest}) contribute nothing.`;
  reporter.report({ code: "gamma", severity: "warning", message, path });
}

/** DELLA draws with probabilities density ± epsilon, which must lie strictly between 0 and 1. */
function checkEpsilon(view: MergeView, reporter: Reporter): void {
  const blocks = blocksOf(view);
  const spread = view.method!.parameters.find(({ name }) => name === "epsilon")!.default as number;
  for (const { path, parameters } of blocks) {
    const density = parameters.density === undefined ? [] : numbersOf(parameters.density);
    const shared = blocks.find((block) => block.path === "/parameters")?.parameters.epsilon;
    const given = parameters.epsilon ?? shared;
    const epsilons = given === undefined ? [spread] : numbersOf(given);
    const bad = density.some(
      (value) => value > 0 && value < 1 && epsilons.some((epsilon) => value - epsilon <= 0 || value + epsilon >= 1),
    );
    if (!bad) continue;
    const [message, place] =
      given === undefined
        ? [
            `With the default epsilon ${spread}, density must be between ${spread} and ${1 - spread} (exclusive) or exactly 1.`,
            `${path}/density`,
          ]
        : [
            "density - epsilon must be above 0 and density + epsilon below 1.",
            parameters.epsilon === undefined ? "/parameters/epsilon" : `${path}/epsilon`,
          ];
    reporter.report({ code: "epsilon", severity: "error", message, path: place });
  }
}

/** Constant weights that cancel out. */
function checkWeights(view: MergeView, method: string, reporter: Reporter): void {
  if (method !== "linear" && method !== "nuslerp") return;
  const { parameters } = view.configuration;
  if (method === "linear" && parameters?.normalize !== undefined && numbersOf(parameters.normalize)[0] === 0) return;
  for (const slice of slicesOf(view)) {
    const weights = slice.sources.map(
      ({ parameters: own }) => own?.weight ?? slice.parameters?.weight ?? parameters?.weight,
    );
    const values = weights.map((weight) => (typeof weight === "number" ? weight : Number.NaN));
    const sum = values.reduce((total, value) => total + value, 0);
    const last = slice.sources.at(-1);
    if (values.length < 2 || last?.parameters?.weight === undefined || !(Math.abs(sum) < 1e-9)) continue;
    const path = `${last.path}/parameters/weight`;
    if (method === "nuslerp") {
      const message = "Weights sum to 0: t = 0.5 is used.";
      reporter.report({ code: "weightSum", severity: "warning", message, path });
    } else {
      const message = "Weights sum to 0 while `normalize` is on: every value becomes NaN or Inf.";
      reporter.report({ code: "weightSum", severity: "error", message, path, silent: true });
    }
  }
}
