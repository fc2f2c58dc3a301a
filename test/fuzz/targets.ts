import { ownQuestions } from "../../src/core/benchmarks/ownQuestions.ts";
import { readGgufHeader } from "../../src/core/checkpoint/gguf.ts";
import { parseModelConfig } from "../../src/core/checkpoint/modelConfig.ts";
import { readSafetensorsHeader } from "../../src/core/checkpoint/safetensors.ts";
import { parseSafetensorsIndex } from "../../src/core/checkpoint/safetensorsIndex.ts";
import { evaluationConfigurationSchema } from "../../src/core/evaluation/configuration.ts";
import { evaluationLanguage } from "../../src/core/evaluation/evaluationLanguage.ts";
import { parseProtocol } from "../../src/core/evaluation/ownProtocol/readProtocol.ts";
import { Markdown, markdown } from "../../src/core/markdown.ts";
import { readMergeFile } from "../../src/core/merge/config/readMergeFile.ts";
import { completeMerge } from "../../src/core/merge/language/completeMerge.ts";
import { diagnose as diagnoseMerge } from "../support/diagnose.ts";
import { fixesFor } from "../../src/core/merge/language/fixes.ts";
import { foldYaml } from "../../src/core/yaml/foldYaml.ts";
import { formatYaml } from "../../src/core/yaml/formatYaml.ts";
import { hoverMerge } from "../../src/core/merge/language/hoverMerge.ts";
import { isMergeConfiguration } from "../../src/core/merge/language/isMergeConfiguration.ts";
import { outlineOf } from "../../src/core/yaml/outline.ts";
import { readLoraAdapter } from "../../src/core/checkpoint/lora.ts";
import { encodeText } from "../../src/core/tokenizer/encode.ts";
import { parseTokenizer } from "../../src/core/tokenizer/tokenizer.ts";
import { describeParts } from "../../src/core/models/modelHeader.ts";
import { evaluationCells, readEvaluationCell } from "../../src/core/notebook/evaluationCell.ts";
import { parseNotebook } from "../../src/core/notebook/notebook.ts";
import { readResultMarkdown, readResultMarker } from "../../src/core/notebook/result.ts";
import { serializeNotebook } from "../../src/core/notebook/serialize.ts";
import { findIdentifiers } from "../../src/core/privacy/findIdentifiers.ts";
import { redact } from "../../src/core/privacy/redact.ts";
import { eventLogMarkdown } from "../../src/core/reports/eventLog.ts";
import { runEventSchema } from "../../src/core/runs/events.ts";
import { itemRecordSchema } from "../../src/core/runs/itemRecord.ts";
import { parseJsonLine } from "../../src/core/runs/jsonLines.ts";
import { parseRunManifest } from "../../src/core/runs/manifest.ts";
import { fillMessages, parsePromptFile } from "../../src/core/prompts/promptFile.ts";
import { promptLanguage } from "../../src/core/prompts/promptLanguage.ts";
import { readYaml } from "../../src/core/yaml/readYaml.ts";
import { ggufFile, value } from "../support/ggufWriter.ts";
import { fixtureContext } from "../support/mergeLanguage.ts";
import { YamlSource } from "../../src/core/yaml/yamlSource.ts";

/** Something that reads what others have written. It may throw typed errors only. */
export interface Target {
  readonly name: string;
  /** Well-formed inputs, from which others are made. */
  readonly samples: readonly (string | Uint8Array)[];
  /** @param place between 0 and 1, of the cursor for what is asked at one */
  read(input: string | Uint8Array, place: number): unknown;
}

const text = (name: string, samples: readonly string[], read: (text: string, place: number) => unknown): Target => ({
  name,
  samples,
  read: (input, place) => read(String(input), place),
});

const notebook = `---\ntitle: Study\n---\n# Aim\n\n\`\`\`mcqa
benchmark: [sample, medqa-4]\nmodels: tiny.gguf\nshots: 3\nprotocol: lm-eval\nlimit: 20
\`\`\`\n\n<!-- medley:result runs=a,b cell=0123456789abcdef -->\n\n| n |\n|--:|\n\n<!-- /medley:result -->\n\nText <!-- a -->\n
<!-- medley:cell -->\n~~~prompt\nmodel: x\n~~~\n`;
const cell = `benchmark: [sample, questions.jsonl]\nmodels:\n  - models/tiny.gguf\nprotocol: lm-eval\nshots: 3\nlimit: 20\nseed: 1
questions:\n  - question: "What?"\n    options: [a, b]\n    answer: A\n`;
const promptFile = `model: models/tiny.gguf\nresponseFormat: json_schema\njsonSchema: '{"name": "a", "schema": {}}'\nmessages:
  - role: system\n    content: Short.\n  - role: user\n    content: |\n      {{input}} {{ age }}\ntestData:
  - {input: a, age: 3, expected: b}\n  - input: >\n      {{input}}\n    age: 1\nevaluators:\n  - {name: e, string: {equals: "{{expected}}"}}\n`;
const merges = [
  "models:\n  - model: models/base\n  - model: models/ft_a\n    parameters:\n      weight: [0, 0.5]\nmerge_method: ties\nbase_model: models/base\nparameters: {normalize: true}\ndtype: bfloat16\ntokenizer:\n  source: union\n  tokens:\n    <s>: {source: models/base}\n",
  "slices:\n  - sources:\n      - model: models/base\n        layer_range: [0, 4]\n      - model: models/ft_a\n        layer_range: [0, 4]\nmerge_method: slerp\nbase_model: models/base\nparameters:\n  t:\n    - filter: self_attn\n      value: [0, 0.5, 1]\n    - value: 0.3\n",
  "base_model: models/base\ngate_mode: hidden\nexperts:\n  - source_model: models/ft_a\n    positive_prompts: [\"a\", 'b']\n  - {source_model: models/base, positive_prompts: [c]}\n",
  "name: first\nmodels: &all [{model: models/ft_a}]\nmerge_method: linear\n---\nmodels: [{model: first}]\nmerge_method: linear\n",
];
const json = JSON.stringify;
const time = "2026-01-01T00:00:00.000Z";
const hash = "0".repeat(64);
const host = { name: "h", os: "linux", architecture: "x64", cpu: "c", cores: 2, memoryBytes: 1e9 };
const manifest = json({
  ...{
    v: 1,
    kind: "evaluation",
    title: "t",
    created: time,
    state: "failed",
    sessions: 1,
    started: time,
    seed: 1,
    host,
  },
  configuration: { given: { a: [1, { b: null }] }, resolved: {} },
  inputs: [{ role: "model", name: "m", sha256: hash }],
  ...{ identity: { a: "b" }, fingerprint: hash, versions: { medley: "1" } },
  failure: { code: "x", message: "m", place: { file: "f", line: 1 } },
});
const common = { v: 1, time, elapsed: 1 };
const events = [
  { ...common, type: "started", session: 1, pid: 1, host: "h" },
  { ...common, type: "progress", phase: "p", done: { items: 1 }, total: { items: 2 } },
  { ...common, type: "metric", name: "accuracy", value: 0.5, interval: [0.1, 0.9] },
  { ...common, type: "error", code: "x", message: "m" },
  { ...common, type: "finished", state: "finished" },
];
const item = {
  ...{ v: 1, benchmark: "b", item: "i", draw: 0, subject: "s", language: "en", order: [0, 1], labels: ["A", "B"] },
  ...{ gold: [0], shots: [], droppedShots: 0, promptSha256: hash, promptTokens: 3, truncatedTokens: 0 },
  ...{ prediction: 0, valid: true, correct: true, metrics: { acc: 1 }, probabilities: [0.5, 0.5] },
  ...{ evaluatedTokens: 3, minimumTokens: 3, milliseconds: 1.5 },
};
const questions = { id: "1", question: "What?", options: ["a", "b"], answer: "A", subject: "s", split: "test" };
const tokenizer = json({
  model: { type: "BPE", vocab: { a: 0, b: 1, ab: 2, "▁": 3, Ġ: 4 }, merges: ["a b"], byte_fallback: false },
  added_tokens: [{ id: 5, content: "<s>" }],
  normalizer: { type: "Sequence", normalizers: [{ type: "Replace", pattern: { String: " " }, content: "▁" }] },
  pre_tokenizer: { type: "Split", pattern: { Regex: "(?i:'s|'t)|\\p{L}+|\\s+(?!\\S)|\\s+" }, behavior: "Isolated" },
  post_processor: { type: "TemplateProcessing", single: [{ Sequence: {} }], special_tokens: {} },
});
const modules = ["q_proj", "v_proj"].map((name) => `base_model.model.model.layers.0.self_attn.${name}`);
const adapterTensors = new Map(
  modules.flatMap((module) => [
    [`${module}.lora_A.weight`, { dtype: "F32" as const, shape: [2, 4] }],
    [`${module}.lora_B.weight`, { dtype: "F32" as const, shape: [4, 2] }],
  ]),
);
const adapter = { peft_type: "LORA", r: 2, lora_alpha: 4, rank_pattern: { "layers\\.[0-9]+\\.x": 4, "(a|b)+c": 2 } };
const protocol = `name: mine
instruction: "About {subject}"
question: "{question}\\n{options}Answer:"
option: "{label}. {text}\\n"
answer: " {label}"
scoring: {kind: generation, maxTokens: 8, stop: ["."], find: "{label}", where: last, after: "so"}
`;

function source(bytes: Uint8Array): Parameters<typeof readGgufHeader>[0] {
  return {
    name: "file",
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  };
}

const gguf = ggufFile({
  metadata: [
    ["general.architecture", value.string("llama")],
    ["llama.context_length", value.uint32(64)],
    ["llama.block_count", value.uint32(2)],
    ["llama.attention.head_count", value.uint32s([2, 2])],
    ["tokenizer.ggml.tokens", value.strings(["a", "b"])],
  ],
  tensors: [{ name: "token_embd.weight", shape: [32], offset: 0 }],
  dataBytes: 128,
});

function safetensors(header: object): Uint8Array {
  const bytes = new TextEncoder().encode(json(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return Uint8Array.from([...length, ...bytes, 0, 0, 0, 0]);
}

/** Everything that reads files of others, and what the editor makes of half-written texts. */
export async function allTargets(): Promise<readonly Target[]> {
  const context = await fixtureContext();
  const cellContext = {
    modelFiles: () => Promise.resolve([{ path: "models/tiny.gguf" }]),
    questionFiles: () => Promise.resolve(["questions.jsonl"]),
    refusal: () => undefined,
    isFile: (path: string) => Promise.resolve(path.length % 2 === 0),
    describeModel: (path: string) => Promise.resolve(markdown`${path}`),
    isAtHand: () => Promise.resolve(false),
  };
  const offset = (given: string, place: number): number => Math.floor(place * (given.length + 1));
  const data = (name: string, bytes: Uint8Array) => ownQuestions(name).read(new Map([["test", { path: name, bytes }]]));
  return [
    text("notebook", [notebook], (given) => {
      const read = parseNotebook(given);
      if (serializeNotebook(read) !== given) throw new Error("A notebook that nobody edited was changed.");
      read.cells.forEach((one) => [readResultMarker(one), readResultMarkdown(one)]);
      for (const one of evaluationCells(read)) readEvaluationCell(one, "n.mcqa.md");
    }),
    text("evaluation: reading", [cell], (given) => readYaml(given, evaluationConfigurationSchema)),
    text("evaluation: diagnostics", [cell], (given) => evaluationLanguage.diagnose(new YamlSource(given), cellContext)),
    text("evaluation: completion", [cell], (given, place) =>
      evaluationLanguage.complete(new YamlSource(given), offset(given, place), cellContext),
    ),
    text("evaluation: hover", [cell], (given, place) =>
      evaluationLanguage.hover(new YamlSource(given), offset(given, place), cellContext),
    ),
    text("prompt file: reading and filling", [promptFile], (given) => {
      const { messages, testData = [] } = parsePromptFile(given, "a.prompt.yml");
      testData.forEach((values) => fillMessages(messages, values));
    }),
    text("prompt file: diagnostics and fixes", [promptFile], async (given) => {
      const source = new YamlSource(given);
      const found = await promptLanguage.diagnose(source, undefined);
      await Promise.all(found.map((each) => promptLanguage.fixes(source, each)));
    }),
    text("prompt file: completion and hover", [promptFile], async (given, place) => {
      const source = new YamlSource(given);
      await promptLanguage.complete(source, offset(given, place), undefined);
      await promptLanguage.hover(source, offset(given, place), undefined);
    }),
    text("protocol", [protocol], (given) => parseProtocol(given, "p.yml")),
    text("merge: reading", merges, (given) => readMergeFile(given, "m.yml")),
    text("merge: diagnostics and fixes", merges, (given) =>
      diagnoseMerge(given, context).map((found) => fixesFor(new YamlSource(given), found, context)),
    ),
    text("merge: hover", merges, (given, place) => hoverMerge(new YamlSource(given), offset(given, place), context)),
    text("merge: completion", merges, (given, place) => completeMerge(given, offset(given, place), context)),
    text("merge: symbols and folding", merges, (given) => [
      outlineOf(given),
      foldYaml(new YamlSource(given)),
      isMergeConfiguration(given),
    ]),
    text("merge: formatting", merges, (given) => formatYaml(given)),
    text("run.json", [manifest], (given) => parseRunManifest(given, "run.json")),
    text("events.jsonl", [events.map((event) => json(event)).join("\n")], (given) =>
      eventLogMarkdown(
        given.split("\n").map((line, index) => parseJsonLine(line, runEventSchema, "events.jsonl", index + 1)),
        ["items"],
      ),
    ),
    text("items.jsonl", [json(item)], (given) => parseJsonLine(given, itemRecordSchema, "items.jsonl", 1)),
    text("own questions: JSON lines", [`${json(questions)}\n`.repeat(3)], (given) =>
      data("q.jsonl", new TextEncoder().encode(given)),
    ),
    text("own questions: CSV", ['id,question,a,b,answer\n1,"What, ""now""?",x,y,A\n2,Why?,x,y,B\n'], (given) =>
      data("q.csv", new TextEncoder().encode(given)),
    ),
    text("tokenizer.json", [tokenizer], (given) => encodeText(parseTokenizer(given, "tokenizer.json"), "<s>ab  a")),
    text("adapter_config.json", [json(adapter)], (given) => readLoraAdapter(given, adapterTensors, "adapter")),
    text(
      "config.json",
      [json({ architectures: ["A"], model_type: "llama", num_hidden_layers: 2, rope_scaling: { a: [1] } })],
      (given) => parseModelConfig(given, "config.json"),
    ),
    text("model.safetensors.index.json", [json({ metadata: {}, weight_map: { a: "model-1.safetensors" } })], (given) =>
      parseSafetensorsIndex(given, "i.json"),
    ),
    text(
      "privacy rules",
      ["Dr. A. Smith, MRN 4471, 12 March 2021, 48 Oak Lane, +33 6 12 34 56 78\nالسيد محمد ١٢ مارس"],
      (given) => redact(given, findIdentifiers(given)),
    ),
    text("Markdown", ["![x](https://a.example) <img> `a` *b*\n# c\n"], (given) => [
      Markdown.text(given),
      Markdown.code(given),
      Markdown.codeBlock(given),
      Markdown.inert(given),
      Markdown.answer(given),
    ]),
    {
      name: "GGUF",
      samples: [gguf],
      read: async (given) => describeParts([await readGgufHeader(source(given as Uint8Array))], "file"),
    },
    {
      name: "safetensors",
      samples: [safetensors({ __metadata__: { a: "b" }, w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } })],
      read: (given) => readSafetensorsHeader(source(given as Uint8Array)),
    },
  ];
}
