import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeHost } from "../../src/node/runs/host.ts";
import { ggufFile, value } from "./ggufWriter.ts";
import { writeRandomCheckpoint } from "./randomCheckpoint.ts";

/** Makes a text that does harm where it is not escaped; it tells the place that it stands in. */
export type Poison = (place: string) => string;

/**
 * Writes files whose every text is poison: the model `hostile.gguf`, the checkpoint `hostile`, the configuration
 * `hostile.merge.yml` that merges it, and a failed run.
 */
export async function writeHostileFiles(folder: string, poison: Poison): Promise<void> {
  const architecture = poison("general.architecture");
  const texts = ["general.architecture", "general.name", "tokenizer.ggml.model", "tokenizer.chat_template"];
  const metadata = texts.map((key) => [key, value.string(poison(key))] as const);
  const header = ggufFile({
    metadata: [
      ...metadata,
      [`${architecture}.context_length`, value.uint32(64)],
      [poison("key"), value.string(poison("value"))],
      ["tokenizer.ggml.tokens", value.strings([poison("token")])],
    ],
    tensors: [{ name: "token_embd.weight", shape: [32], offset: 0 }],
    dataBytes: 128,
  });
  await writeFile(path.join(folder, "hostile.gguf"), header);
  const checkpoint = path.join(folder, "hostile");
  await writeRandomCheckpoint(checkpoint, { layers: 1, hidden: 8, intermediate: 8, vocabulary: 8 }, 1);
  const config = { architectures: [poison("architectures")], model_type: poison("modelType"), vocab_size: 8 };
  const quantization = { quantization_config: { quant_method: poison("quantization") } };
  await writeFile(path.join(checkpoint, "config.json"), JSON.stringify({ ...config, ...quantization }));
  const tensor = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
  const shard = Buffer.from(JSON.stringify({ [`block.${poison("tensor")}`]: tensor }));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(shard.length));
  await writeFile(path.join(checkpoint, "model.safetensors"), Buffer.concat([size, shard, Buffer.alloc(4)]));
  await writeFile(path.join(folder, "hostile.merge.yml"), mergeOf(poison("modelName")));
  await writeRun(path.join(folder, "runs/20260101-000000-evaluation-hostile"), poison);
}

async function writeRun(folder: string, poison: Poison): Promise<void> {
  await mkdir(folder, { recursive: true });
  const time = "2026-01-01T00:00:00.000Z";
  const texts = { [poison("identityName")]: poison("identity") };
  const manifest = {
    v: 1,
    kind: "evaluation",
    title: poison("title"),
    created: time,
    state: "failed",
    configuration: { given: texts, resolved: texts },
    inputs: [{ role: poison("role"), name: poison("input"), sha256: "0".repeat(64) }],
    identity: texts,
    fingerprint: "0".repeat(64),
    versions: texts,
    host: describeHost(),
    sessions: 1,
    started: time,
    failure: { code: "x", message: poison("failure"), hint: poison("hint"), place: { field: poison("field") } },
  };
  await writeFile(path.join(folder, "run.json"), JSON.stringify(manifest));
  const common = { v: 1, time, elapsed: 0 };
  const events = [
    { ...common, type: "phase", phase: "x", title: poison("phase") },
    { ...common, type: "log", level: "info", message: poison("log") },
    { ...common, type: "warning", code: "x", message: poison("warning") },
    { ...common, type: "error", ...manifest.failure },
  ];
  await writeFile(path.join(folder, "events.jsonl"), events.map((event) => JSON.stringify(event) + "\n").join(""));
}

function mergeOf(name: string): string {
  return `models:
  - model: hostile
    parameters:
      weight:
        - filter: block
          value: 1
  - model: ${JSON.stringify(name)}
merge_method: linear
dtype: float16
`;
}
