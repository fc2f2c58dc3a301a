import type { ModelReference } from "../../../checkpoint/modelReference.ts";
import { findArchitecture, layerCountOf } from "../../../checkpoint/architectures/registry.ts";
import { isConditional } from "../settings.ts";
import type { Setting } from "../schema.ts";
import type { Reporter } from "./diagnostic.ts";
import { factsOf, slicesOf, type MergeView, type ModelUse, type SliceUse } from "./view.ts";

/** Layer ranges: within the models, not empty, equally long; gradients where they do not reach. */
export function checkLayers(view: MergeView, reporter: Reporter): void {
  for (const slice of slicesOf(view)) {
    for (const source of slice.sources) checkRange(view, source, reporter);
    checkLengths(view, slice, reporter);
    checkSingleLayer(slice, reporter);
  }
  checkFirstSlice(view, reporter);
  for (const [index, slice] of (view.configuration.slices ?? []).entries()) {
    if (slice.residual_weight === undefined) continue;
    const message = "`residual_weight` is accepted but has no effect.";
    const path = `/slices/${index}/residual_weight`;
    reporter.report({ code: "noEffect", severity: "hint", message, path, part: "key" });
  }
}

export function layersOf(view: MergeView, reference: ModelReference): number | undefined {
  const facts = factsOf(view, reference);
  if (facts === undefined) return undefined;
  return layerCountOf(facts.config, findArchitecture(facts.config, reference.overrideArchitecture));
}

function checkRange(view: MergeView, { layers, path, reference, key }: ModelUse, reporter: Reporter): void {
  if (layers === undefined) return;
  const [start, end] = layers;
  const at = `${path}/layer_range`;
  const error = (message: string, place: string, more: { replacement?: string | undefined; silent?: boolean }) => {
    const { replacement, silent = false } = more;
    const fix = replacement === undefined ? {} : { replacement, literal: true };
    reporter.report({ code: "layerRange", severity: "error", message, path: place, silent, ...fix });
  };
  if (start < 0) return error("Layer indices start at 0.", `${at}/0`, { replacement: "0" });
  if (start === end) return error("Empty range: this slice adds no layer.", at, { silent: true });
  if (start > end)
    return error("Empty range: start must be below end.", at, { replacement: `[${end}, ${start}]`, silent: true });
  const available = layersOf(view, reference);
  if (available !== undefined && end > available) {
    const message = `${key} has ${available} layers; the end index (exclusive) may be at most ${available}.`;
    error(message, `${at}/1`, { replacement: start < available ? String(available) : undefined });
  }
}

function checkLengths(view: MergeView, slice: SliceUse, reporter: Reporter): void {
  const [first, ...others] = slice.sources;
  if (first === undefined) return;
  const lengthOf = (source: ModelUse) =>
    source.layers === undefined ? layersOf(view, source.reference) : source.layers[1] - source.layers[0];
  const expected = lengthOf(first);
  if (expected === undefined) return;
  for (const source of others) {
    const length = lengthOf(source);
    if (length === undefined || length === expected) continue;
    const message = slice.isModels
      ? `${source.key} has ${length} layers, ${first.key} has ${expected}: use \`slices\` with \`layer_range\`.`
      : `All sources of a slice must span the same number of layers (first source: ${expected}, this one: ${length}).`;
    const path = slice.isModels ? `${source.path}/model` : `${source.path}/layer_range`;
    reporter.report({ code: "layerCounts", severity: "error", message, path });
  }
}

/** The reference pairs the sources of the first and the last slice by their order. */
function checkFirstSlice(view: MergeView, reporter: Reporter): void {
  for (const { slices } of view.modules) {
    const first = slices[0]?.sources.length ?? 0;
    const last = slices.at(-1);
    if (last === undefined || last.sources.length <= first || first === 0) continue;
    const message =
      `The first slice has ${first} source${first === 1 ? "" : "s"} and the last has ${last.sources.length}: ` +
      "norm and lm_head of the extra source are left out without notice.";
    reporter.report({ code: "fewerSources", severity: "warning", message, path: last.sourcesPath });
  }
}

function checkSingleLayer(slice: SliceUse, reporter: Reporter): void {
  const layers = slice.sources[0]?.layers;
  if (layers === undefined || layers[1] - layers[0] !== 1) return;
  const report = (parameters: Readonly<Record<string, Setting>> | undefined, path: string) => {
    for (const [name, setting] of Object.entries(parameters ?? {})) {
      if (!gradientsOf(setting).some((gradient) => gradient[0] !== gradient.at(-1))) continue;
      const message = "A one-layer slice takes the LAST gradient entry.";
      reporter.report({ code: "gradientEnd", severity: "hint", message, path: `${path}/parameters/${name}` });
    }
  };
  report(slice.parameters, slice.path);
  for (const source of slice.sources) report(source.parameters, source.path);
}

/** The lists of numbers in a setting, those inside conditions included. */
export function gradientsOf(setting: Setting): number[][] {
  if (!Array.isArray(setting)) return isConditional(setting) ? gradientsOf(setting.value) : [];
  if (setting.some(isConditional)) {
    return setting.filter(isConditional).flatMap(({ value }) => gradientsOf(value));
  }
  return [setting.map(Number)];
}
