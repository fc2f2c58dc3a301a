import { torchNameOf, type Dtype } from "../../checkpoint/dtype.ts";
import { findArchitecture, layerCountOf } from "../../checkpoint/architectures/registry.ts";
import { formatModelReference, type ModelReference } from "../../checkpoint/modelReference.ts";
import type { FactsResult, ModelFacts } from "../../checkpoint/modelFacts.ts";
import { tensorBytes } from "../../checkpoint/safetensorsWriter.ts";
import { Markdown, markdown } from "../../markdown.ts";
import { append } from "../../lists.ts";

/** What the headers and small files of a model say that a configuration names. */
export function describeModel(reference: ModelReference, result: FactsResult): Markdown {
  return Markdown.paragraphs([markdown`**${formatModelReference(reference)}**`, describeFacts(reference, result)]);
}

function describeFacts(reference: ModelReference, result: FactsResult): Markdown {
  switch (result.state) {
    case "missing":
      return markdown`${result.path === undefined || result.path === reference.model.path ? "It" : `Its adapter ${result.path}`} does not exist on this machine. Give the folder of a checkpoint, or download it first: a merge downloads nothing.`;
    case "unusable":
      return markdown`${result.reason}`;
    case "unknown":
      return markdown`
Nothing is known of it yet.
      `;
    case "known":
      return Markdown.list(factLines(reference, result.facts).map((line) => markdown`${line}`));
  }
}

function factLines(reference: ModelReference, facts: ModelFacts): string[] {
  const { config, adapter } = facts;
  const architecture = findArchitecture(config, reference.overrideArchitecture);
  const name = reference.overrideArchitecture ?? config.architectures[0] ?? config.modelType ?? "unknown";
  const layers = layerCountOf(config, architecture);
  const hidden = config.integer("hidden_size", "n_embd", "d_model");
  const lines = [`architecture: ${name}`];
  if (layers !== undefined) lines.push(`layers: ${layers} (0 to ${layers - 1})`);
  if (hidden !== undefined) lines.push(`hidden size: ${hidden}`);
  append(lines, vocabularyLines(facts));
  lines.push(sizeLine(facts));
  if (config.tiesEmbeddings) lines.push("input and output embeddings are tied");
  if (config.quantization !== undefined) lines.push(`quantized (${config.quantization}): it cannot be merged`);
  if (adapter !== undefined) {
    const ranks = [...new Set([...adapter.targets.values()].map(({ rank }) => rank))].toSorted((a, b) => a - b);
    lines.push(`adapter: rank ${ranks.join(", ") || "none"}, changes ${adapter.targets.size} tensors`);
  }
  return lines;
}

function vocabularyLines({ config, tokenizer }: ModelFacts): string[] {
  const declared = config.integer("vocab_size");
  if (declared === undefined) return [];
  const tokens = tokenizer === undefined ? "" : `, tokenizer with ${tokenizer.vocabulary.size} tokens`;
  return [`vocabulary: ${declared} rows${tokens}`];
}

function sizeLine({ tensors }: ModelFacts): string {
  const counts = new Map<Dtype, number>();
  let bytes = 0;
  let elements = 0;
  for (const tensor of tensors.values()) {
    const count = tensor.shape.reduce((product, size) => product * size, 1);
    counts.set(tensor.dtype, (counts.get(tensor.dtype) ?? 0) + count);
    elements += count;
    bytes += tensorBytes(tensor);
  }
  const dtypes = [...counts].toSorted((a, b) => b[1] - a[1]).map(([dtype]) => torchNameOf(dtype));
  return `${dtypes.join(", ")}: ${amount(elements)} parameters, ${amount(bytes)}B in ${tensors.size} tensors`;
}

/** `7.24 G`, decimal. */
export function amount(value: number): string {
  const units = ["", "k", "M", "G", "T"];
  const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  return `${power === 0 ? value : (value / 1000 ** power).toPrecision(3)} ${units[power]!}`;
}
