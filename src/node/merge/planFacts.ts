import { formatBytes, formatDuration } from "../../core/formatting.ts";
import { formatModelReference } from "../../core/checkpoint/modelReference.ts";
import type { MergePlan } from "../../core/merge/plan/mergePlan.ts";
import { processBytes, threadBytes, threadPlan } from "./mergeTensors.ts";

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
