import assert from "node:assert/strict";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import { otherLanguages } from "../../../src/core/benchmarks/language.ts";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { requireUsable } from "../../../src/core/benchmarks/reading.ts";
import { benchmarkById } from "../../../src/core/benchmarks/registry.ts";
import { DataError } from "../../../src/core/errors.ts";
import { files, read, textFile } from "./fixtures.ts";

const italian = [
  "Quale delle seguenti affermazioni sulla valvola mitrale è corretta nel cuore di un adulto sano?",
  "Quali sono le cause più frequenti della insufficienza renale acuta che si osserva nel paziente anziano?",
  "Il nervo che innerva il muscolo diaframma è una struttura del collo e del torace: da quali radici ha origine?",
  "Con quale dei seguenti farmaci si tratta per prima una crisi di asma che non risponde alla terapia di base?",
];

const rows = (questions: readonly string[]) =>
  questions.map((question) => `"${question}",il primo,il secondo,nessuno dei due,tutti e due,A\n`).join("");

const messages = (items: readonly Item[]) => otherLanguages(items).map(({ message }) => message);

describe("the language of a data set", () => {
  it("is noticed when it is not the benchmark's: MMLU in Italian is no English MMLU", () => {
    const test = textFile("anatomy_test.csv", rows(italian));
    const result = read("mmlu-anatomy", { test });
    assert.deepEqual(
      result.problems.map(({ scope, message }) => [scope, message]),
      [["file", "The questions are in Italian, not in English."]],
    );
    assert.throws(() => requireUsable(benchmarkById("mmlu-anatomy"), result, { strict: false }), DataError);
  });

  it("is worth a note in own questions, which say their language themselves", () => {
    const text = italian.map((question) =>
      JSON.stringify({ question, options: ["il cuore", "i polmoni"], answer: "A" }),
    );
    const own = (language?: string) =>
      ownQuestions("own.jsonl", language).read(files({ test: textFile("own.jsonl", text.join("\n")) }));
    assert.deepEqual(
      own().notes.map(({ kind, count }) => [kind, count]),
      [["otherLanguage", 4]],
    );
    assert.deepEqual(own("it").notes, []);
    assert.deepEqual(own("sv").notes, [], "what is not known is not judged");
  });

  it("is the benchmark's in every fixture", () => {
    for (const [id, test] of [
      ["medqa-4", "medqa/US_4_options_phrases_no_exclude_test.jsonl"],
      ["medmcqa", "medmcqa/dev.json"],
      ["pubmedqa", "pubmedqa/ori_pqal.json"],
      ["head-qa-en", "head_qa/HEAD_EN/test_HEAD_EN.json"],
      ["head-qa-es", "head_qa/HEAD/test_HEAD.json"],
      ["frenchmedmcqa", "frenchmedmcqa/test.json"],
      ["mmlu-anatomy-ar", "mmlu_arabic/test/anatomy_test.csv"],
    ] as const) {
      const { items } = read(id, { test });
      assert.ok(items.length > 0, id);
      assert.deepEqual(messages(items), [], id);
      const tag = items[0]!.language === "fr" ? "ar" : "fr";
      const relabelled = items.map((item) => ({ ...item, language: tag }));
      if (items[0]!.language === "ar") assert.match(messages(relabelled)[0]!, /in Arabic or Persian, not in French/);
    }
  });

  it("is told by the script where words are few", () => {
    const one = read("mmlu-anatomy-ar", { test: "mmlu_arabic/test/anatomy_test.csv" }).items.slice(0, 1);
    assert.match(messages(one.map((item) => ({ ...item, language: "en" })))[0]!, /Arabic/);
    assert.deepEqual(messages(one.map((item) => ({ ...item, language: "fa" }))), []);
    assert.deepEqual(messages(one.map((item) => ({ ...item, language: "und" }))), []);
  });
});
