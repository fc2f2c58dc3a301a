import type { MergeMethod } from "../../methods/method.ts";
import { elementsOf, originsOf, type Part, type PartInput, type PartTensor } from "./partTensors.ts";
import type { MergeView, ViewSource } from "./schema.ts";
import { describeParameters } from "./partTensors.ts";

/**
 * How the weight of one tensor is divided among its inputs; null for a base model that the changes of the others are
 * added to, which has no weight of its own. Slerp divides by `t`; where a method knows weights, by their amounts;
 * otherwise the parts are equal, because the method decides from the values.
 */
export function inputShares(method: MergeMethod, { inputs, parameters }: PartTensor): (number | null)[] {
  if (inputs.length === 1) return [1];
  const isApart = ({ isBase }: PartInput) => isBase && method.base !== "member" && method.name !== "slerp";
  const t = method.name === "slerp" ? parameters.t : undefined;
  const amounts = inputs.map((input) => {
    if (isApart(input)) return 0;
    if (typeof t === "number") return Math.min(1, Math.max(0, input.isBase ? 1 - t : t));
    const { weight } = input.parameters;
    return typeof weight === "number" ? Math.abs(weight) : 1;
  });
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return inputs.map((input, index) => (isApart(input) ? null : total > 0 ? amounts[index]! / total : 0));
}

/** What a part is made of: each model's share is the mean over the part's numbers. */
export function sourcesOf(part: Part, method: MergeMethod): ViewSource[] {
  const sums = new Map<PartInput, number | null>();
  let total = 0;
  for (const tensor of part.tensors) {
    if (tensor.inputs.length === 0) continue;
    const size = sizeOf(tensor);
    total += size;
    for (const [index, share] of inputShares(method, tensor).entries()) {
      sums.set(tensor.inputs[index]!, share === null ? null : share * size);
    }
  }
  const origins = originsOf(part).sort((a, b) => a.model - b.model || (a.layer ?? 0) - (b.layer ?? 0));
  return origins.map(({ model, layer, inputs }) => {
    const own = inputs.map((input) => sums.get(input) ?? null).filter((sum) => sum !== null);
    const share = own.reduce((sum, amount) => sum + amount, 0) / total;
    return {
      model,
      layer: layer ?? null,
      share: own.length === 0 ? null : Math.min(1, share),
      // Parameters of the others do not act on a base that they are added to.
      parameters:
        own.length === 0
          ? ""
          : describeParameters(
              inputs.map(({ parameters }) => parameters),
              method,
            ),
    };
  });
}

/** What the shares of a method's merges are parts of. */
export function meaningOfShares(method: MergeMethod): MergeView["shares"] {
  const isDivided = method.name === "slerp" || method.parameters.some(({ name }) => name === "weight");
  return isDivided ? "weight" : method.models.maximum === 1 && method.base === "none" ? "parameters" : "equal";
}

/** In a sketch shapes are not known: matrices count alike, vectors hardly. */
function sizeOf(tensor: PartTensor): number {
  return elementsOf(tensor) ?? (/norm|bias/.test(tensor.name) ? 0.001 : 1);
}
