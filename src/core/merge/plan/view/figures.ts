import { tensorBytes } from "../../../checkpoint/safetensorsWriter.ts";
import { torchNameOf } from "../../../checkpoint/dtype.ts";
import { formatBytes, formatCount, formatDuration } from "../../../formatting.ts";
import { formatModelReference } from "../../../checkpoint/modelReference.ts";
import type { MergePlan } from "../mergePlan.ts";
import { elementsOf, type Part, layersOf } from "./partTensors.ts";
import type { ViewFigure } from "./schema.ts";
import { largest } from "../../../lists.ts";

/** What performing a plan takes, as the process that would perform it works it out. Bytes. */
export interface Resources {
  readonly least: number;
  readonly budget: number;
  readonly threads: number;
}

/** The numbers of a planned merge. @param resources absent when the budget is too small, which is a finding */
export function figuresOf(plan: MergePlan, parts: readonly Part[], resources: Resources | undefined): ViewFigure[] {
  const elements = plan.tensors.reduce((sum, tensor) => sum + elementsOf(tensor)!, 0);
  const shards = plan.shards.length;
  const sizes = plan.shards.map((shard) => shard.reduce((sum, spec) => sum + tensorBytes(spec), 0));
  const most = Math.max(0, largest(sizes));
  return [
    { name: "layers", value: String(layersOf(parts).length) },
    { name: "parameters", value: formatCount(elements) },
    { name: "type", value: dtypesOf(plan) },
    {
      name: "size",
      value: formatBytes(plan.bytesToWrite),
      note: `${plan.tensors.length} tensors in ${shards} ${shards === 1 ? "file" : `files, the largest ${formatBytes(most)}`}.`,
    },
    { name: "to read", value: formatBytes(plan.bytesToRead), note: "Each tensor of the inputs counted once." },
    ...(resources === undefined
      ? []
      : [
          {
            name: "memory",
            value: formatBytes(resources.least),
            note: `At least this, for the largest tensor; at most the ${formatBytes(resources.budget)} that are allowed, with ${resources.threads} threads.`,
          },
        ]),
    {
      name: "time",
      value: plan.estimatedSeconds < 1 ? "< 1 s" : `≈ ${formatDuration(plan.estimatedSeconds)}`,
      note: estimateNote(plan),
    },
  ];
}

function estimateNote({ merge }: MergePlan): string {
  const disk = "reading and writing at 500 MB/s";
  const rates = merge.modules.length === 0 ? disk : `${disk}, computing at 1.5 GB/s on one thread`;
  return `An estimate, not a measurement: ${rates}. A fast disk and more threads need less.`;
}

function dtypesOf({ tensors }: MergePlan): string {
  const counts = new Map<string, number>();
  for (const tensor of tensors) {
    const name = torchNameOf(tensor.dtype);
    counts.set(name, (counts.get(name) ?? 0) + elementsOf(tensor)!);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name)
    .join(", ");
}

/** Where the parts of the result that are no weights come from. */
export function decisionsOf(plan: MergePlan): ViewFigure[] {
  const { merge, donor, tokenizer } = plan;
  const changes = Object.entries(plan.configChanges).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const donorName = formatModelReference(donor);
  return [
    { name: "architecture", value: plan.architecture },
    ...(merge.base === undefined ? [] : [{ name: "base model", value: formatModelReference(merge.base) }]),
    {
      name: "config.json",
      value: `from ${donorName}`,
      ...(changes.length === 0 ? {} : { note: `with ${changes.join(", ")}` }),
    },
    tokenizer === undefined
      ? { name: "tokenizer", value: `from ${donorName}`, note: "copied as it is" }
      : {
          name: "tokenizer",
          value: `${requestName(plan)}: ${tokenizer.rows} rows`,
          note: `other tokenizer files of ${formatModelReference(tokenizer.donor)}; embeddings are brought into the new order`,
        },
    ...(merge.chatTemplate === undefined
      ? []
      : [{ name: "chat template", value: merge.chatTemplate.includes("{") ? "as written" : merge.chatTemplate }]),
    { name: "arithmetic", value: `${plan.options.numerics} numerics`, ...numericsNote(plan) },
    ...(plan.usesRandomness
      ? [
          {
            name: "random numbers",
            value: "drawn",
            note: "Every run chooses and records a seed, unless it is given one.",
          },
        ]
      : []),
  ];
}

function requestName({ merge }: MergePlan): string {
  const source = merge.tokenizer!.source;
  return typeof source === "string" ? source : formatModelReference(source);
}

function numericsNote({ castDtype }: MergePlan): { note?: string } {
  return castDtype === undefined ? {} : { note: `computed in ${torchNameOf(castDtype)}` };
}
