import assert from "node:assert/strict";
import fc from "fast-check";
import type { DataFile, FileRole } from "../../../src/core/benchmarks/benchmark.ts";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { benchmarkById } from "../../../src/core/benchmarks/registry.ts";
import { fixtureBytes, textFile } from "./fixtures.ts";

const cases: readonly { readonly id: string; readonly given: Partial<Record<FileRole, string>> }[] = [
  {
    id: "medqa-4",
    given: { test: "medqa/US_4_options_phrases_no_exclude_test.jsonl", dev: "medqa/mediq_dev_good_4opt.jsonl" },
  },
  { id: "medqa-5", given: { test: "medqa/US_5_options_test.jsonl" } },
  { id: "medqa-4", given: { test: "huggingface/medqa_4options/test.json" } },
  { id: "medmcqa", given: { test: "medmcqa/dev.json" } },
  { id: "pubmedqa", given: { test: "pubmedqa/ori_pqal.json", labels: "pubmedqa/test_ground_truth.json" } },
  { id: "pubmedqa", given: { test: "huggingface/pubmedqa/test.json" } },
  { id: "mmlu-anatomy", given: { test: "mmlu/test/anatomy_test.csv", dev: "mmlu/dev/anatomy_dev.csv" } },
  { id: "mmlu-anatomy", given: { test: "mmlu/original/anatomy_test.csv" } },
  { id: "mmlu-anatomy-ar", given: { test: "mmlu_arabic/test/anatomy_test.csv" } },
  {
    id: "truthfulqa-mc2-health",
    given: { test: "truthfulqa/v1/mc_task.json", categories: "truthfulqa/v1/TruthfulQA.csv" },
  },
  { id: "truthfulqa-mc1", given: { test: "huggingface/truthfulqa_mc/test.json" } },
  { id: "head-qa-en", given: { test: "head_qa/HEAD_EN/test_HEAD_EN.json" } },
  { id: "frenchmedmcqa", given: { test: "frenchmedmcqa/test.json", train: "frenchmedmcqa/train.json" } },
];

/** Bytes that matter to the formats come up often. */
const byte = fc.oneof(fc.constantFrom(...Buffer.from('"{}[],:\n\\0123')), fc.integer({ min: 0, max: 255 }));
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  removed: fc.constantFrom(0, 1, 2, 50),
  inserted: fc.array(byte, { maxLength: 3 }),
  truncate: fc.boolean(),
});

function mutate(
  bytes: Uint8Array,
  edits: readonly (typeof edit extends fc.Arbitrary<infer T> ? T : never)[],
): Uint8Array {
  let result = [...bytes];
  for (const { at, removed, inserted, truncate } of edits) {
    const position = Math.floor(at * result.length);
    const rest = truncate ? [] : result.slice(position + removed);
    result = [...result.slice(0, position), ...inserted, ...rest];
  }
  return Uint8Array.from(result);
}

function checkItem(item: Item): void {
  assert.ok(item.id !== "" && item.question !== "" && item.options.length >= 2);
  for (const { text } of item.options) assert.ok(typeof text === "string" && text !== "");
  assert.ok(item.answers.length > 0);
  for (const answer of item.answers) assert.ok(item.options[answer] !== undefined);
}

describe("Readers on damaged files", () => {
  for (const { id, given } of cases) {
    it(`never throw and never make an unsound item: ${id}, ${given.test}`, () => {
      const originals = Object.entries(given).map(
        ([role, path]) => [role as FileRole, { path, bytes: fixtureBytes(path) }] as const,
      );
      fc.assert(
        fc.property(fc.nat(originals.length - 1), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
          const files = new Map<FileRole, DataFile>(
            originals.map(([role, file], index) => [
              role,
              index === which ? { ...file, bytes: mutate(file.bytes, edits) } : file,
            ]),
          );
          const { items, shotPool, problems } = benchmarkById(id).read(files);
          for (const item of [...items, ...shotPool]) checkItem(item);
          for (const { message, place } of problems) assert.ok(message !== "" && place.file !== undefined);
        }),
        { seed: 7, numRuns: 60 },
      );
    });
  }

  for (const path of ["cr", "doublebom", "sep", "utf16", "semi", "tab", "hdrcase", "hdrspace"]) {
    it(`never throw and never make an unsound item: what spreadsheet programs write, ${path}.csv`, () => {
      const bytes = fixtureBytes(`own/spreadsheets/${path}.csv`);
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
          const file = { path: "own.csv", bytes: mutate(bytes, edits) };
          const { items, shotPool, problems } = ownQuestions("own.csv").read(new Map([["test", file]]));
          for (const item of [...items, ...shotPool]) checkItem(item);
          for (const { message } of problems) assert.doesNotMatch(message, /received|undefined/);
        }),
        { seed: 7, numRuns: 200 },
      );
    });
  }

  it("never throw on own questions of any JSON value", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { question: fc.jsonValue(), options: fc.jsonValue(), answer: fc.jsonValue(), context: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), fc.constantFrom("own.jsonl", "own.csv"), (values, path) => {
        const text = values.map((element) => JSON.stringify(element)).join("\n");
        const { items } = ownQuestions(path).read(new Map([["test", textFile(path, text)]]));
        items.forEach(checkItem);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
