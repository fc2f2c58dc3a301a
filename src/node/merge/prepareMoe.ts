import { open } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError, FileError } from "../../core/errors.ts";
import { formatModelReference, type ModelReference } from "../../core/checkpoint/modelReference.ts";
import { dtypeBytes } from "../../core/checkpoint/dtype.ts";
import { elementsAt } from "../../core/checkpoint/elements.ts";
import type { PlanOptions } from "../../core/merge/plan/mergePlan.ts";
import { passthrough } from "../../core/merge/methods/passthrough.ts";
import { embeddingGate, randomGate } from "../../core/merge/moe/gates.ts";
import { moeModels, refuseUnsupported, type MoeConfiguration } from "../../core/merge/moe/moeConfiguration.ts";
import { planMoe } from "../../core/merge/moe/planMoe.ts";
import { encodeText } from "../../core/tokenizer/encode.ts";
import { bosText } from "../../core/tokenizer/tokenizerFiles.ts";
import type { PreparedMerge } from "./mergeModels.ts";
import { readOptional } from "../checkpoint/checkpoint.ts";
import { openModels, type ModelPlaces, type OpenedModel } from "../checkpoint/openModels.ts";

/** Opens the models of a mixture, makes its router and plans it. @throws ConfigurationError when that cannot be done */
export async function prepareMoe(
  configuration: MoeConfiguration,
  places: ModelPlaces,
  options: PlanOptions,
): Promise<PreparedMerge> {
  refuseUnsupported(configuration);
  const references = moeModels(configuration);
  const models = await openModels(references, places);
  const facts = models.map((model) => model.facts);
  const base = models.of(references[0]!);
  const gate = await makeGates(configuration, base, options.seed);
  return { plan: planMoe(configuration, facts, options, gate), method: passthrough, models };
}

async function makeGates(
  configuration: MoeConfiguration,
  base: OpenedModel,
  seed: number,
): Promise<(layer: number) => Float32Array> {
  const { gate_mode: mode, experts } = configuration;
  const hidden = base.checkpoint.config.integer("hidden_size") ?? 0;
  if (mode === "random" || mode === "uniform_random") {
    return (layer) => randomGate(mode, experts.length, hidden, (seed + layer) >>> 0);
  }
  const embed = (prompts: readonly string[] | undefined) => promptEmbeddings(base, prompts ?? []);
  const embeddings = [];
  for (const { positive_prompts: positive, negative_prompts: negative } of experts) {
    embeddings.push({ positive: await embed(positive), negative: await embed(negative) });
  }
  const gate = embeddingGate(embeddings, hidden);
  return () => gate;
}

/**
 * Embeddings of each prompt's tokens in the base model, row after row. As in mergekit-moe a prompt begins with the BOS text
 * of the tokenizer, if it has one, whatever its post-processor would put around.
 */
async function promptEmbeddings(base: OpenedModel, prompts: readonly string[]): Promise<Float32Array[]> {
  const { tokenizer } = base.facts;
  const bos = await bosOf(base);
  if (tokenizer === undefined) {
    throw new ConfigurationError(
      `${formatModelReference(base.reference)} has no tokenizer.json to read prompts with.`,
      {
        place: { field: "gate_mode" },
      },
    );
  }
  const tensor = base.checkpoint.tensors.get("model.embed_tokens.weight");
  const dtype = tensor?.dtype;
  if (tensor === undefined || (dtype !== "BF16" && dtype !== "F16" && dtype !== "F32")) {
    throw unusableEmbedding(base.reference);
  }
  const [rows, columns] = tensor.shape as [number, number];
  const rowBytes = columns * dtypeBytes[dtype];
  const handle = await open(tensor.file, "r");
  try {
    return await Promise.all(
      prompts.map(async (prompt) => {
        const ids = encodeText(tokenizer, bos + prompt).filter((id) => id < rows);
        const values = new Float32Array(ids.length * columns);
        for (const [index, id] of ids.entries()) {
          const bytes = new Uint8Array(rowBytes);
          const { bytesRead } = await handle.read(bytes, 0, rowBytes, tensor.offset + id * rowBytes);
          if (bytesRead < rowBytes) throw new FileError("The file ends early.", { place: { file: tensor.file } });
          const elements = elementsAt(bytes.buffer, dtype, 0);
          for (let i = 0; i < columns; i++) values[index * columns + i] = elements.get(i);
        }
        return values;
      }),
    );
  } finally {
    await handle.close();
  }
}

async function bosOf({ checkpoint: { folder } }: OpenedModel): Promise<string> {
  for (const name of ["tokenizer_config.json", "special_tokens_map.json"]) {
    const text = await readOptional(folder, name);
    const bos = text === undefined ? undefined : bosText(text, join(folder, name));
    if (bos !== undefined) return bos ?? "";
  }
  return "";
}

function unusableEmbedding(reference: ModelReference): ConfigurationError {
  return new ConfigurationError(`${formatModelReference(reference)} has no token embedding that can be read.`);
}
