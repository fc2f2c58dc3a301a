import { formatBytes, formatDuration } from "../../core/formatting.ts";
import { formatModelReference } from "../../core/merge/config/modelReference.ts";
import type { MergePlan } from "../../core/merge/mergePlan.ts";
import { layerTable } from "../../core/merge/planLayers.ts";
import { escapeMarkdown, renderTable } from "../../core/reports/table.ts";
import { processBytes, threadBytes, threadPlan } from "./executeMerge.ts";
import type { PlannedMerges } from "./planMerges.ts";

/**
 * What a merge will do and need, as names and values.
 * @param memory the budget, in bytes
 */
export function planFacts(plan: MergePlan, memory: number): string[][] {
  const { count } = threadPlan(plan.largestTask, { memory });
  const shards = plan.shards.length;
  const changes = Object.entries(plan.configChanges).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [
    ["method", `${plan.method}, ${plan.options.numerics} numerics`],
    ["architecture", plan.architecture],
    ["models", plan.models.map(formatModelReference).join(", ")],
    ["config.json from", formatModelReference(plan.donor) + (changes.length > 0 ? `, with ${changes.join(", ")}` : "")],
    [
      "result",
      `${plan.tensors.length} tensors, ${formatBytes(plan.bytesToWrite)} in ${shards} ${shards === 1 ? "file" : "files"}`,
    ],
    ["to read", formatBytes(plan.bytesToRead)],
    [
      "memory",
      `${formatBytes(processBytes + count * threadBytes + plan.largestTask)} at least, ${formatBytes(memory)} at most, ${count} threads`,
    ],
    ["estimated time", formatDuration(plan.estimatedSeconds)],
  ];
}

/**
 * The plans of a configuration for people, as Markdown: what each does and needs, and the result layer by layer.
 * @param memory the budget, in bytes
 */
export function planReport({ plans, waiting }: PlannedMerges, memory: number): string {
  const parts = plans.flatMap((plan) => [
    `## ${escapeMarkdown(plan.merge.name ?? plan.method)}\n`,
    renderTable(
      { columns: ["plan", ""].map((title) => ({ title, align: "left" })), rows: planFacts(plan, memory) },
      "markdown",
    ),
    ...(plan.usesRandomness ? ["The method draws random numbers; the run chooses and keeps its seed.\n"] : []),
    ...plan.warnings.map((warning) => `**Warning:** ${escapeMarkdown(warning)}\n`),
    "### The result, layer by layer\n",
    renderTable(layerTable(plan), "markdown"),
  ]);
  return [...parts, ...waiting.map(waitingSentence)].join("\n");
}

function waitingSentence({ title, uses }: PlannedMerges["waiting"][number]): string {
  return `${escapeMarkdown(title)} uses the result of ${escapeMarkdown(uses.join(", "))}; it is planned after that.\n`;
}
