import type { DiagnosticCode } from "../diagnosticCodes.ts";
import type { MergeMethod, ParameterSpec } from "../../methods/method.ts";
import type { Parameters, Setting } from "../schema.ts";
import { evaluateSetting, isConditional, toNumber } from "../settings.ts";
import { pointer } from "../../../yaml/yamlStream.ts";
import { didYouMean, nearest, type Reporter } from "./diagnostic.ts";
import { gradientsOf } from "./layerRules.ts";
import { factsOf, modelUses, type MergeView, type ModelUse, type ModuleUse, type SliceUse } from "./view.ts";

/** A block of `parameters` with its place. */
interface ParameterBlock {
  readonly path: string;
  readonly parameters: Parameters;
  /** The model that it belongs to, if it is an entry's. */
  readonly use?: ModelUse;
}

/** Names, kinds and coverage of parameters. Ranges of single parameters are in `valueRules.ts`. */
export function checkParameters(view: MergeView, reporter: Reporter): void {
  const { method } = view;
  if (method === undefined) return;
  for (const block of blocksOf(view)) {
    for (const [name, setting] of Object.entries(block.parameters)) {
      const path = block.path + pointer([name]);
      checkName(view, method, { name, path, use: block.use }, reporter);
      checkForm(setting, path, reporter);
      checkFilters(view, setting, path, reporter);
      const spec = method.parameters.find((candidate) => candidate.name === name);
      if (spec !== undefined) checkKind(spec, setting, path, reporter);
      if (spec !== undefined && Array.isArray(setting)) checkHead(setting, path, reporter);
    }
  }
  for (const module of view.modules)
    for (const slice of module.slices) checkRequired(view, method, module, slice, reporter);
}

export function blocksOf(view: MergeView): ParameterBlock[] {
  const blocks: ParameterBlock[] = [];
  const add = (path: string, parameters: Parameters | undefined, use?: ModelUse) => {
    if (parameters === undefined) return;
    blocks.push({ path: `${path}/parameters`, parameters, ...(use === undefined ? {} : { use }) });
  };
  add("", view.configuration.parameters);
  for (const module of view.modules) {
    if (module.path !== "") add(module.path, module.parameters);
    for (const slice of module.slices) {
      add(slice.path, slice.parameters);
      for (const source of slice.sources) add(source.path, source.parameters, source);
    }
  }
  return blocks;
}

function checkName(
  view: MergeView,
  method: MergeMethod,
  { name, path, use }: Pick<ParameterBlock, "path" | "use"> & { readonly name: string },
  reporter: Reporter,
): void {
  const spec = method.parameters.find((candidate) => candidate.name === name);
  const warn = (code: DiagnosticCode, message: string, replacement?: string) =>
    reporter.report({ code, severity: "warning", message, path, part: "key", ...(replacement && { replacement }) });
  if (spec === undefined) {
    if (name === "int8_mask") return reportInt8(path, reporter);
    if (method.name === "karcher" && name === "weight") {
      return warn("unusedParameter", "`karcher` weighs all models equally; `weight` is ignored.");
    }
    const own = nearest(
      name,
      method.parameters.map((candidate) => candidate.name),
    );
    if (isKnownAnywhere(view, name)) {
      return warn(
        "unusedParameter",
        `Method \`${method.name}\` has no parameter ${JSON.stringify(name)}; it is ignored.`,
      );
    }
    return warn("unknownParameter", `Unknown parameter ${JSON.stringify(name)} is ignored.${didYouMean(own)}`, own);
  }
  if (name === "int8_mask") return reportInt8(path, reporter);
  if (spec.ignored === true) return warn("unusedParameter", `\`${method.name}\` does not use \`${name}\`.`);
  if (spec.scope === "model" && use?.isBase === true && method.base === "required") {
    const message = `The base model takes no ${name} in this method.`;
    reporter.report({ code: "baseParameter", severity: "information", message, path, part: "key" });
  }
}

function reportInt8(path: string, reporter: Reporter): void {
  const message = "`int8_mask` does not change the result.";
  reporter.report({ code: "noEffect", severity: "hint", message, path, part: "key" });
}

function isKnownAnywhere({ context }: MergeView, name: string): boolean {
  return [...context.methods.values()].some(({ parameters }) => parameters.some((spec) => spec.name === name));
}

function checkForm(setting: Setting, path: string, reporter: Reporter): void {
  if (!isConditional(setting)) return;
  const message = "A {filter, value} entry must be inside a list.";
  reporter.report({ code: "loneCondition", severity: "error", message, path });
}

function checkFilters(view: MergeView, setting: Setting, path: string, reporter: Reporter): void {
  if (!Array.isArray(setting)) return;
  for (const [index, entry] of setting.entries()) {
    if (!isConditional(entry) || entry.filter === undefined || entry.filter === "*") continue;
    const { filter } = entry;
    const at = `${path}/${index}/filter`;
    const names = tensorNames(view);
    if (/[*?^$|\\]|\.\+/.test(filter) && (names === undefined || !names.some((name) => name.includes(filter)))) {
      const plain = filter.replaceAll(/^\^|\$$|\.?\*|\\/g, "");
      const message = `Filters are plain substrings: ${JSON.stringify(filter)} matches no tensor. Use ${JSON.stringify(plain)}.`;
      reporter.report({ code: "filterPattern", severity: "warning", message, path: at, replacement: plain });
    } else if (/\.\d+$/.test(filter)) {
      const message = `${JSON.stringify(filter)} also matches ${filter.replace(/^.*?(\w+\.\d+)$/, "$1")}0 to ${filter.replace(/^.*?(\w+\.\d+)$/, "$1")}9; write ${JSON.stringify(`${filter}.`)}.`;
      reporter.report({ code: "filterNumber", severity: "hint", message, path: at, replacement: `${filter}.` });
    } else if (names !== undefined && !names.some((name) => name.includes(filter))) {
      const message = `${JSON.stringify(filter)} matches no tensor of these models.`;
      reporter.report({ code: "filterUnmatched", severity: "warning", message, path: at });
    }
  }
}

/**
 * Names of all models' tensors, those outside the layers first; `undefined` while one of the models is not known. Kept with
 * the view, because every condition of a configuration is tried on them.
 */
function tensorNames(view: MergeView): readonly string[] | undefined {
  if (!namesOfViews.has(view)) namesOfViews.set(view, collectNames(view));
  return namesOfViews.get(view);
}

const namesOfViews = new WeakMap<MergeView, readonly string[] | undefined>();

function collectNames(view: MergeView): readonly string[] | undefined {
  const known = modelUses(view).map(({ reference }) => factsOf(view, reference));
  if (known.length === 0 || known.some((facts) => facts === undefined)) return undefined;
  const names = [...new Set([...new Set(known)].flatMap((facts) => [...facts!.tensors.keys()]))];
  return outsideLayersFirst(names);
}

function outsideLayersFirst(names: readonly string[]): string[] {
  return names.toSorted((a, b) => Number(isLayer(a)) - Number(isLayer(b)));
}

function checkKind(spec: ParameterSpec, setting: Setting, path: string, reporter: Reporter): void {
  const values = numbersOf(setting);
  if (spec.type === "integer" && values.some((value) => !Number.isInteger(value))) {
    const message = `\`${spec.name}\` must be an integer.`;
    const fix = typeof setting === "number" ? { replacement: String(Math.round(setting)), literal: true } : {};
    reporter.report({ code: "kind", severity: "error", message, path, ...fix });
  }
  if (spec.type === "boolean" && values.some((value) => value !== 0 && value !== 1)) {
    const silent = spec.name !== "filter_wise";
    reporter.report({ code: "kind", severity: "error", message: "Expected true or false.", path, silent });
  }
}

/** All numbers that a setting can give, apart from those between the entries of a gradient. */
export function numbersOf(setting: Setting): number[] {
  if (Array.isArray(setting)) {
    return setting.flatMap((entry) => (isConditional(entry) ? numbersOf(entry.value) : [toNumber(entry)]));
  }
  return isConditional(setting) ? numbersOf(setting.value) : [toNumber(setting)];
}

function checkHead(setting: Setting, path: string, reporter: Reporter): void {
  const plain = Array.isArray(setting) && !setting.some(isConditional) ? gradientsOf(setting)[0] : undefined;
  if (plain === undefined || plain[0] === plain.at(-1)) return;
  const message = `lm_head and the final norm take the FIRST gradient entry (${plain[0]}), not the last.`;
  reporter.report({ code: "gradientHead", severity: "hint", message, path });
}

/** Names to try conditions on when no model can be looked at. */
const typicalNames = [
  "model.embed_tokens.weight",
  "model.layers.0.input_layernorm.weight",
  "model.layers.0.self_attn.q_proj.weight",
  "model.layers.0.mlp.down_proj.weight",
  "model.norm.weight",
  "lm_head.weight",
];

function checkRequired(
  view: MergeView,
  method: MergeMethod,
  module: ModuleUse,
  slice: SliceUse,
  reporter: Reporter,
): void {
  const upper = [slice.parameters, module.parameters, view.configuration.parameters];
  for (const spec of method.parameters.filter((candidate) => candidate.default === undefined)) {
    if (spec.scope === "shared") {
      checkCovered(view, spec, upper, undefined, reporter);
      continue;
    }
    for (const use of slice.sources) {
      if (!use.isBase || method.base === "member") checkCovered(view, spec, [use.parameters, ...upper], use, reporter);
    }
  }
}

function checkCovered(
  view: MergeView,
  spec: ParameterSpec,
  levels: readonly (Parameters | undefined)[],
  use: ModelUse | undefined,
  reporter: Reporter,
): void {
  const settings = levels.map((level) => level?.[spec.name]).filter((setting) => setting !== undefined);
  const { name } = spec;
  if (settings.length === 0) {
    const [message, path] =
      use === undefined
        ? [`Method \`${view.configuration.merge_method}\` needs \`parameters.${name}\`.`, "/merge_method"]
        : [
            `Parameter \`${name}\` is required for this model: set it here or under the top-level \`parameters\`.`,
            use.path,
          ];
    return reporter.report({ code: "parameterMissing", severity: "error", message, path, data: { parameter: name } });
  }
  if (settings.some((setting) => isConditional(setting))) return;
  const names = tensorNames(view) ?? outsideLayersFirst(typicalNames);
  const uncovered = names.find((tensor) =>
    settings.every((setting) => evaluateSetting(setting, tensor, 0) === undefined),
  );
  if (uncovered === undefined) return;
  const message = `No entry covers tensors such as \`${uncovered}\`; add a last entry without \`filter\`.`;
  const block = blocksOf(view).find(({ parameters }) => parameters[name] === settings.at(-1));
  reporter.report({ code: "notCovered", severity: "error", message, path: `${block!.path}/${name}` });
}

function isLayer(name: string): boolean {
  return /\.\d+\./.test(name) || !name.includes("embed");
}
