import assert from "node:assert/strict";
import { z } from "zod";
import { evaluationLanguage } from "../../../src/core/evaluation/evaluationLanguage.ts";
import { mergeLanguage } from "../../../src/core/merge/language/mergeLanguage.ts";
import { foldYaml } from "../../../src/core/yaml/foldYaml.ts";
import { formatYaml } from "../../../src/core/yaml/formatYaml.ts";
import { SchemaLanguage } from "../../../src/core/yaml/schemaLanguage.ts";
import { applyEdits } from "../../../src/core/yaml/textEdits.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";

/** All that a new language takes: this, and a line `languages.add({ language, selector, contextOf })` in its feature. */
const trainingLanguage = new SchemaLanguage<undefined>({
  id: "training",
  recognises: ({ path, text }) => path.endsWith(".train.yml") || /^trainer:/m.test(text),
  schema: z.strictObject({
    trainer: z.enum(["sft", "dpo"]).default("sft").describe("What is optimized."),
    model: z.string().describe("The checkpoint to begin with."),
    rank: z.int().positive().optional().describe("Rank of the adapter."),
    data: z.array(z.strictObject({ file: z.string(), weight: z.number().optional() })).min(1),
  }),
  rules: [
    {
      keys: ["model"],
      complete: () => Promise.resolve([{ value: "models/base", kind: "file" }]),
      check: (value) =>
        Promise.resolve(
          value === "models/base"
            ? []
            : [{ code: "noSuchModel", severity: "error", message: "There is no such model." }],
        ),
    },
  ],
});

const languages = [evaluationLanguage, mergeLanguage, trainingLanguage];

async function labels(marked: string): Promise<string[]> {
  const source = new YamlSource(marked.replace("|", ""));
  return (await trainingLanguage.complete(source, marked.indexOf("|"), undefined)).map(({ label }) => label);
}

async function diagnostics(text: string): Promise<string[]> {
  const found = await trainingLanguage.diagnose(new YamlSource(text), undefined);
  return found.map(({ code, range, message }) => `${code} ${text.slice(range.start, range.end)}: ${message}`);
}

describe("a new configuration language", () => {
  it("is told from the others", () => {
    const idOf = (path: string, editorLanguage: string, text: string) =>
      languages.find((language) => language.recognises({ path, editorLanguage, text }))?.id;
    assert.equal(idOf("/a/b.train.yml", "yaml", ""), "training");
    assert.equal(idOf("/a/b.yml", "yaml", "trainer: sft\n"), "training");
    assert.equal(idOf("/a/b.yml", "yaml", "merge_method: ties\n"), "merge");
    assert.equal(idOf("/a/b.mcqa.md", "mcqa", ""), "evaluation");
    assert.equal(idOf("/a/b.yml", "yaml", "a: 1\n"), undefined);
  });

  it("completes keys, choices, items and what a rule suggests, in broken texts too", async () => {
    assert.deepEqual(await labels("rank: 1\n|"), ["trainer", "model", "data"]);
    assert.deepEqual(await labels("model: [\ntrainer: |"), ["sft", "dpo"]);
    assert.deepEqual(await labels("model: |"), ["models/base"]);
    assert.deepEqual(await labels("data:\n  - file: a\n  |"), ["- file"]);
    assert.deepEqual(await labels("data:\n  - file: a\n    |"), ["weight"]);
  });

  it("explains keys, with what they may be", async () => {
    const hover = await trainingLanguage.hover(new YamlSource("trainer: s"), 2, undefined);
    assert.equal(hover!.markdown.source, "What is optimized.\n\nOne of sft, dpo. Default: sft.");
  });

  it("finds what is wrong, each with a code, and puts it right", async () => {
    const text = "traner: sft\nmodel: other\ndata: []\n";
    assert.deepEqual(await diagnostics(text), [
      'training.unknownKey traner: Unknown key "traner".',
      "training.noSuchModel other: There is no such model.",
      "training.value []: The list is empty.",
    ]);
    const source = new YamlSource(text);
    const [unknown] = await trainingLanguage.diagnose(source, undefined);
    const [fix] = await trainingLanguage.fixes(source, unknown!);
    assert.equal(applyEdits(text, fix!.edits), "trainer: sft\nmodel: other\ndata: []\n");
  });

  it("is formatted and folded", () => {
    assert.equal(formatYaml("data:\n- file:   a # one\n"), "data:\n  - file: a # one\n");
    assert.deepEqual(foldYaml(new YamlSource("data:\n  - file: a\n")), [{ start: 0, end: 1, isComment: false }]);
  });
});
