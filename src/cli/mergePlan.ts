import { formatModelReference } from "../core/checkpoint/modelReference.ts";
import type { MergePlan, PlannedTensor } from "../core/merge/plan/mergePlan.ts";
import { layerTable } from "../core/merge/plan/planLayers.ts";
import { planFacts } from "../node/merge/planFacts.ts";
import { textColumn } from "../core/reports/table.ts";
import { output } from "./output.ts";

/**
 * Prints plans: for people as a table of facts and one of layers, as JSON without the row maps of tokenizers, which are large.
 * @param memory the budget, in bytes
 */
export function printPlan(
  plans: readonly MergePlan[],
  memory: number,
  { tensors, json }: { readonly tensors: boolean; readonly json: boolean },
): void {
  if (json) {
    output.json(
      plans.map(({ tokenizer, ...plan }) => ({ ...plan, ...(tokenizer && { vocabularyRows: tokenizer.rows }) })),
    );
    return;
  }
  for (const plan of plans) {
    output.table({ columns: [textColumn("plan"), textColumn("value", "")], rows: factsWithSeed(plan, memory) });
    output.table(layerTable(plan));
    if (tensors)
      output.table({ columns: [textColumn("tensor"), textColumn("type"), textColumn("from")], rows: tensorRows(plan) });
    for (const warning of plan.warnings) output.note(`Warning: ${warning}`);
  }
}

function factsWithSeed(plan: MergePlan, memory: number): string[][] {
  const seed = plan.usesRandomness ? [["random seed", String(plan.options.seed)]] : [];
  return [...planFacts(plan, memory), ...seed];
}

function tensorRows(plan: MergePlan): string[][] {
  return plan.tensors.map((tensor) => [
    tensor.name,
    `${tensor.dtype} [${tensor.shape.join(", ")}]`,
    sources(plan, tensor),
  ]);
}

function sources(plan: MergePlan, { inputs, parameters }: PlannedTensor): string {
  const values = (given: PlannedTensor["parameters"]) =>
    Object.entries(given)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}=${typeof value === "number" ? Number(value.toPrecision(6)) : value}`)
      .join(" ");
  const shared = values(parameters);
  const models = inputs.map((input) => {
    const own = values(input.parameters);
    return `${formatModelReference(plan.models[input.model]!)}:${input.storedName}${own === "" ? "" : ` (${own})`}`;
  });
  return [...models, ...(shared === "" ? [] : [shared])].join("; ");
}
