import assert from "node:assert/strict";
import { z } from "zod";
import { evaluationLanguage } from "../../../src/core/evaluation/evaluationLanguage.ts";
import { mergeLanguage } from "../../../src/core/merge/language/mergeLanguage.ts";
import { foldYaml } from "../../../src/core/yaml/foldYaml.ts";
import { formatYaml } from "../../../src/core/yaml/formatYaml.ts";
import { SchemaLanguage } from "../../../src/core/yaml/schemaLanguage.ts";
import type { YamlSymbol } from "../../../src/core/yaml/symbols.ts";
import { applyEdits } from "../../../src/core/yaml/textEdits.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";

/** All that a new language takes: this, and a line `languages.add({ language, selector, contextOf })` in its feature. */
const trainingLanguage = new SchemaLanguage<undefined>({
  id: "training",
  yaml: "1.1",
  severalDocuments: true,
  recognises: ({ path, text }) => path.endsWith(".train.yml") || /^base_model:[^]*^adapter:/m.test(text),
  schema: z.strictObject({
    base_model: z.string().describe("The checkpoint to begin with."),
    adapter: z.enum(["lora", "qlora"]).default("qlora").describe("What is trained."),
    learning_rate: z.number().positive().describe("Step size of the optimizer."),
    lora_r: z.int().positive().optional().describe("Rank of the adapter."),
    language: z.string().optional(),
    datasets: z.array(z.strictObject({ path: z.string(), type: z.string().optional() })).min(1),
  }),
  rules: [
    {
      keys: ["base_model"],
      complete: () => Promise.resolve([{ value: "models/base", kind: "file" }]),
      check: (value) =>
        Promise.resolve(
          value === "models/base"
            ? []
            : [{ code: "noSuchModel", severity: "error", message: "There is no such model." }],
        ),
    },
  ],
  check: (root) =>
    Promise.resolve(
      root instanceof Object && "lora_r" in root && !("adapter" in root)
        ? [{ code: "noAdapter", severity: "warning", message: "No adapter.", path: ["lora_r"], part: "key" }]
        : [],
    ),
});

const languages = [evaluationLanguage, mergeLanguage, trainingLanguage];

/** Two stages of one training, each a document. */
const sound = `base_model: models/base
adapter: qlora
learning_rate: 2.0e-4
datasets:
  - path: notes.jsonl
---
base_model: models/base
adapter: lora
learning_rate: 0.0001
datasets:
  - path: answers.jsonl
    type: chat
`;

async function labels(marked: string): Promise<string[]> {
  const source = new YamlSource(marked.replace("|", ""));
  return (await trainingLanguage.complete(source, marked.indexOf("|"), undefined)).map(({ label }) => label);
}

async function diagnostics(text: string): Promise<string[]> {
  const found = await trainingLanguage.diagnose(new YamlSource(text), undefined);
  return found.map(({ code, range, message, hint = "" }) =>
    `${code} ${text.slice(range.start, range.end)}: ${message} ${hint}`.trim(),
  );
}

/** The text after the first fix of each diagnostic, from the last to the first. */
async function fixed(text: string): Promise<string> {
  const source = new YamlSource(text);
  let now = text;
  for (const found of (await trainingLanguage.diagnose(source, undefined)).toReversed()) {
    const [fix] = await trainingLanguage.fixes(source, found);
    now = applyEdits(now, fix?.edits ?? []);
  }
  return now;
}

describe("a new configuration language", () => {
  it("is told from the others", () => {
    const idOf = (path: string, editorLanguage: string, text: string) =>
      languages.find((language) => language.recognises({ path, editorLanguage, text }))?.id;
    assert.equal(idOf("/a/b.train.yml", "yaml", ""), "training");
    assert.equal(idOf("/a/b.yml", "yaml", sound), "training");
    assert.equal(idOf("/a/b.yml", "yaml", "merge_method: ties\n"), "merge");
    assert.equal(idOf("/a/b.mcqa.md", "mcqa", ""), "evaluation");
    assert.equal(idOf("/a/b.yml", "yaml", "a: 1\n"), undefined);
  });

  it("completes keys, choices, items and what a rule suggests, in every document and in broken texts", async () => {
    const keys = ["base_model", "adapter", "learning_rate", "language", "datasets"];
    assert.deepEqual(await labels("lora_r: 1\n|"), keys);
    assert.deepEqual(await labels(`${sound}---\nlora_r: 1\n|`), keys);
    assert.deepEqual(await labels("base_model: [\n---\nadapter: |"), ["lora", "qlora"]);
    assert.deepEqual(await labels("base_model: |"), ["models/base"]);
    assert.deepEqual(await labels("datasets:\n  - path: a\n  |"), ["- path"]);
    assert.deepEqual(await labels("datasets:\n  - path: a\n    |"), ["type"]);
  });

  it("explains keys, with what they may be", async () => {
    const hover = await trainingLanguage.hover(new YamlSource(sound), sound.lastIndexOf("adapter"), undefined);
    assert.equal(hover!.markdown.source, "What is trained.\n\nOne of lora, qlora. Default: qlora.");
  });

  it("finds what is wrong in each document, with a code, and puts it right", async () => {
    assert.deepEqual(await diagnostics(sound), []);
    const text = sound.replace("adapter: qlora", "adaptor: qlora\nlora_r: 8").replace("path: answers", "pat: answers");
    assert.deepEqual(await diagnostics(text), [
      'training.unknownKey adaptor: Unknown key "adaptor". Did you mean adapter?',
      "training.noAdapter lora_r: No adapter.",
      'training.missingKey pat: answers.jsonl\n    type: chat\n: The key "path" is missing.',
      'training.unknownKey pat: Unknown key "pat". Did you mean path?',
    ]);
    assert.deepEqual(await diagnostics(await fixed(text)), []);
    const [unclosed, ...others] = await diagnostics(sound.replace("chat", "[chat"));
    assert.match(unclosed!, /^training\.syntax .* end with a \]/);
    assert.deepEqual(others, []);
  });

  it("reads its values as PyYAML does, and says so where that surprises", async () => {
    const text = sound
      .replace("2.0e-4", "2e-4")
      .replace("adapter: lora\n", "adapter: lora\nlanguage: no\nlora_r: 010\nlora_r: 020\n");
    assert.deepEqual(await diagnostics(text), [
      'training.value 2e-4: Expected a number, found the text "2e-4". PyYAML reads 2e-4 as a text: write 0.0002.',
      "training.value no: Expected a text, found false. PyYAML reads no as false: put it in quotes.",
      'training.duplicateKey lora_r: Duplicate key "lora_r": only the last one counts.',
      "training.yamlVersion 020: PyYAML reads 020 as 16, others as 20. Write it in another way.",
    ]);
    const repaired = await fixed(text);
    assert.match(repaired, /learning_rate: 0\.0002\n[^]*language: "no"\nlora_r: 010\nlora_r: 16\n/);
  });

  it("is formatted and folded, and has an outline", () => {
    assert.equal(formatYaml(sound), sound);
    assert.equal(formatYaml("datasets:\n- path:   a # one\n"), "datasets:\n  - path: a # one\n");
    assert.deepEqual(foldYaml(new YamlSource("datasets:\n  - path: a\n")), [{ start: 0, end: 1, isComment: false }]);
    const lines = ({ name, detail, children }: YamlSymbol): string[] => [
      `${name} ${detail}`.trim(),
      ...children.flatMap(lines).map((line) => `  ${line}`),
    ];
    const broken = `${sound}lora_r: [\n`;
    assert.deepEqual(trainingLanguage.symbols(new YamlSource(broken)).flatMap(lines).slice(7), [
      "2",
      "  base_model models/base",
      "  adapter lora",
      "  learning_rate 0.0001",
      "  datasets",
      "    1 answers.jsonl",
      "      path answers.jsonl",
      "      type chat",
      "  lora_r",
    ]);
  });
});
