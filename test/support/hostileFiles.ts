import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { EvaluationSummarizer } from "../../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { ItemRecord } from "../../src/core/runs/itemRecord.ts";
import { prepareEvaluations } from "../../src/node/evaluation/prepareEvaluation.ts";
import { createRun, readManifest, writeManifest } from "../../src/node/runs/runFolder.ts";
import { sampleModel } from "../node/evaluation/evaluationFixture.ts";
import { describeHost } from "../../src/node/runs/host.ts";
import { ggufFile, value } from "./ggufWriter.ts";
import { writeRandomCheckpoint } from "./randomCheckpoint.ts";

/** Makes a text that does harm where it is not escaped; it tells the place that it stands in. */
export type Poison = (place: string) => string;

/**
 * Writes files whose every text is poison: the model `hostile.gguf`, the checkpoint `hostile` with its tokenizer, the
 * configuration `hostile.merge.yml` that merges it, the adapters `adapter`, `brokenAdapter` and `patternAdapter` with
 * a configuration each (`adapter.merge.yml`), own questions in `hostile.jsonl` and `hostile.csv`, a failed run, and
 * a finished one of the questions.
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
  await writeSafetensors(path.join(checkpoint, "model.safetensors"), { [`block.${poison("tensor")}`]: tensor }, 4);
  await writeTokenizer(checkpoint, poison);
  await writeFile(path.join(folder, "hostile.merge.yml"), mergeOf(poison("modelName")));
  await writeAdapter(path.join(folder, "adapter"), { r: 1, lora_alpha: 1 }, poison);
  const patterns = { rank_pattern: { [poison("rankPattern")]: 1 }, alpha_pattern: { [poison("alphaPattern")]: 1 } };
  await writeAdapter(path.join(folder, "patternAdapter"), { r: 1, lora_alpha: 1, ...patterns }, poison);
  await writeAdapter(path.join(folder, "brokenAdapter"), { r: poison("rank") }, poison);
  for (const adapter of ["adapter", "brokenAdapter", "patternAdapter"]) {
    await writeFile(path.join(folder, `${adapter}.merge.yml`), adapterMergeOf(adapter, poison));
  }
  await writeQuestions(folder, poison);
  await writeRun(path.join(folder, "runs/20260101-000000-evaluation-hostile"), poison);
  await writeFinishedRun(folder, poison);
}

async function writeTokenizer(folder: string, poison: Poison): Promise<void> {
  const tokenizer = {
    version: poison("tokenizerVersion"),
    added_tokens: [{ id: 1, content: poison("addedToken"), special: true }],
    pre_tokenizer: { type: poison("preTokenizer"), pattern: { Regex: poison("pattern") } },
    model: { type: poison("tokenizerType"), vocab: { [poison("vocabulary")]: 0 }, merges: [poison("merge")] },
  };
  await writeFile(path.join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  const config = { tokenizer_class: poison("tokenizerClass"), chat_template: poison("chatTemplate") };
  await writeFile(path.join(folder, "tokenizer_config.json"), JSON.stringify(config));
}

async function writeAdapter(folder: string, settings: object, poison: Poison): Promise<void> {
  await mkdir(folder, { recursive: true });
  const config = {
    peft_type: "LORA",
    base_model_name_or_path: poison("baseModel"),
    task_type: poison("taskType"),
    target_modules: [poison("targetModule")],
    ...settings,
  };
  await writeFile(path.join(folder, "adapter_config.json"), JSON.stringify(config));
  const tensor = { dtype: "F32", shape: [1, 1], data_offsets: [0, 4] };
  const names = ["A", "B"].map((side) => `base_model.model.${poison("adapterTensor")}.lora_${side}.weight`);
  const entries = names.map((name, index) => [name, { ...tensor, data_offsets: [4 * index, 4 * index + 4] }]);
  await writeSafetensors(path.join(folder, "adapter_model.safetensors"), Object.fromEntries(entries), 8);
}

async function writeSafetensors(file: string, header: object, dataBytes: number): Promise<void> {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([size, text, Buffer.alloc(dataBytes)]));
}

async function writeQuestions(folder: string, poison: Poison): Promise<void> {
  const question = {
    id: poison("questionId"),
    question: poison("question"),
    options: { [poison("label")]: poison("option"), B: poison("otherOption") },
    answer: poison("label"),
    context: poison("context"),
    subject: poison("subject"),
    [poison("unknownField")]: 1,
  };
  const example = { ...question, id: poison("exampleId"), split: "shots" };
  const broken = { ...question, id: poison("brokenId"), answer: poison("answer") };
  const lines = [question, example, broken].map((each) => `${JSON.stringify(each)}\n`);
  await writeFile(path.join(folder, "hostile.jsonl"), lines.join(""));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const header = ["question", "A", "B", "answer", poison("column")].map(quoted).join(",");
  const cells = [poison("cell"), "x", "y", poison("cellAnswer"), "z"].map(quoted).join(",");
  await writeFile(path.join(folder, "hostile.csv"), `${header}\n${cells}\n`);
}

/** A run that answered the question of `hostile.jsonl`, wrongly and with poison. */
async function writeFinishedRun(folder: string, poison: Poison): Promise<void> {
  const given = { benchmark: "hostile.jsonl", models: sampleModel, protocol: "medilora" };
  const [prepared] = await prepareEvaluations(given, { baseFolder: folder, dataFolder: path.join(folder, "none") });
  const run = await createRun(path.join(folder, "runs"), prepared!.run);
  const { protocol, parameters } = prepared!.protocol;
  const summarizer = new EvaluationSummarizer(protocol, parameters, []);
  const record: ItemRecord = {
    v: 1,
    benchmark: "hostile.jsonl",
    item: poison("questionId"),
    draw: 0,
    subject: poison("subject"),
    language: "en",
    order: [0, 1],
    labels: ["A", poison("shownLabel")],
    gold: [0],
    shots: [poison("exampleId")],
    droppedShots: 0,
    promptSha256: "0".repeat(64),
    promptTokens: 20,
    truncatedTokens: 0,
    answer: { scoring: "generation", text: poison("generated"), tokens: 3, stopReason: "maxTokens", seed: 1 },
    prediction: null,
    valid: false,
    correct: false,
    metrics: {},
    evaluatedTokens: 20,
    minimumTokens: 20,
    milliseconds: 5,
  };
  summarizer.add(record);
  await writeFile(path.join(run, "items.jsonl"), JSON.stringify(record) + "\n");
  const notices = [{ kind: "malformedRecords", count: 1, message: poison("notice") }];
  const summary = { ...summarizer.summary(), notices };
  await writeFile(path.join(run, "summary.json"), JSON.stringify(summary));
  const manifest = await readManifest(run);
  const inputs = manifest.inputs.map((input) => ({ ...input, name: poison("inputName") }));
  await writeManifest(run, { ...manifest, inputs, title: poison("finishedTitle"), state: "finished" });
  await rename(run, path.join(folder, "runs/20260102-000000-evaluation-hostile"));
}

function adapterMergeOf(adapter: string, poison: Poison): string {
  return `models:
  - model: hostile+${adapter}
  - model: hostile
merge_method: linear
parameters: { weight: 1 }
dtype: float16
tokenizer:
  source: union
  tokens:
    ${JSON.stringify(poison("token"))}:
      source: hostile
`;
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
