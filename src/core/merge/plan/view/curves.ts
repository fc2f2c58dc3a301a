import type { MergeMethod, ParameterSpec, ParameterValue } from "../../methods/method.ts";
import { placeInStack } from "../../../checkpoint/architectures/layerPlace.ts";
import { formatValue, layersOf, type Part, type PartTensor } from "./partTensors.ts";
import { inputShares } from "./shares.ts";
import type { ViewCurve, ViewFigure, ViewSeries } from "./schema.ts";
import { append } from "../../../lists.ts";

type Values = (number | null)[];

/** One tensor of every layer, for example `mlp.up_proj.weight`, with the values of a parameter over the layers. */
interface Line {
  readonly model: number | null;
  readonly suffix: string;
  readonly values: Values;
}

/**
 * The method's parameters over the depth of the result, as they come to after gradients, conditions and precedence:
 * those that vary as curves, those with one value everywhere as facts.
 * @param nameOf how a model is called
 */
export function parameterCurves(
  parts: readonly Part[],
  method: MergeMethod,
  nameOf: (model: number) => string,
): { readonly curves: ViewCurve[]; readonly constants: ViewFigure[] } {
  const layers = layersOf(parts);
  const curves: ViewCurve[] = [];
  const constants: ViewFigure[] = [];
  for (const spec of method.parameters) {
    if (spec.ignored === true) continue;
    const series = seriesOf(linesOf(spec, method, layers));
    if (series.length === 0) continue;
    const varies = series.some(({ tensors, values }) => tensors !== "" || new Set(values).size > 1);
    if (varies) curves.push({ parameter: spec.name, explanation: spec.documentation, series });
    else append(constants, constantsOf(spec, series, nameOf));
  }
  return { curves, constants };
}

function constantsOf(
  spec: ParameterSpec,
  series: readonly ViewSeries[],
  nameOf: (model: number) => string,
): ViewFigure[] {
  const textOf = (value: number) => (spec.type === "boolean" ? (value === 1 ? "yes" : "no") : formatValue(value));
  const all = series.map(({ model, values }) => ({ model, text: textOf(values[0]!) }));
  const [first] = all;
  if (all.every(({ text }) => text === first!.text)) return [{ name: spec.name, value: first!.text }];
  return all.map(({ model, text }) => ({
    name: `${spec.name} of ${model === null ? "all" : nameOf(model)}`,
    value: text,
  }));
}

function linesOf(spec: ParameterSpec, method: MergeMethod, layers: readonly Part[]): Line[] {
  const lines = new Map<string, Line>();
  const put = (model: number | null, tensor: PartTensor, index: number, value: ParameterValue | undefined): void => {
    if (value === null || value === undefined) return;
    const { suffix } = placeInStack(tensor.name)!;
    const key = `${model} ${suffix}`;
    const line = lines.get(key) ?? { model, suffix, values: layers.map(() => null) };
    line.values[index] = Number(value);
    lines.set(key, line);
  };
  for (const [index, { tensors }] of layers.entries()) {
    for (const tensor of tensors) {
      if (spec.scope === "shared") put(null, tensor, index, tensor.parameters[spec.name]);
      else {
        const shares = inputShares(method, tensor);
        for (const [at, input] of tensor.inputs.entries()) {
          // Parameters of the others do not act on a base that they are added to.
          if (shares[at] !== null) put(input.model, tensor, index, input.parameters[spec.name]);
        }
      }
    }
  }
  return [...lines.values()];
}

/** Lines of a model that are the same are one series. */
function seriesOf(lines: readonly Line[]): ViewSeries[] {
  const models = [...new Set(lines.map(({ model }) => model))].sort((a, b) => (a ?? -1) - (b ?? -1));
  return models.flatMap((model) => {
    const own = lines.filter((line) => line.model === model);
    const groups = new Map<string, Line[]>();
    for (const line of own) {
      const key = JSON.stringify(line.values);
      groups.set(key, [...(groups.get(key) ?? []), line]);
    }
    const suffixes = own.map(({ suffix }) => suffix);
    return [...groups.values()].map((group) => ({
      model,
      tensors:
        groups.size === 1
          ? ""
          : groupName(
              group.map(({ suffix }) => suffix),
              suffixes,
            ),
      values: group[0]!.values,
    }));
  });
}

/** `self_attn, input_layernorm`: a module's name where all of its tensors are in the group. */
function groupName(group: readonly string[], all: readonly string[]): string {
  const moduleOf = (suffix: string) => suffix.split(".")[0]!;
  const names = group.map((suffix) => {
    const module = moduleOf(suffix);
    const whole = all.filter((other) => moduleOf(other) === module).every((other) => group.includes(other));
    return whole ? module : suffix.replace(/\.weight$/, "");
  });
  const distinct = [...new Set(names)];
  const most = 6;
  const more = distinct.length - most;
  return distinct.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
