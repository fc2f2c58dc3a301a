import { z } from "zod";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, FileSpecification, ReadResult } from "./benchmark.ts";
import { githubFile } from "./github.ts";
import { Reading, toPlain } from "./reading.ts";

const labels = ["a", "b", "c", "d", "e"] as const;

const row = z.object({
  id: z.string(),
  question: z.string(),
  answers: z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string(), e: z.string() }),
  correct_answers: z.array(z.enum(labels)).min(1),
  subject_name: z.string().nullish(),
});

/**
 * Reads FrenchMedMCQA. Almost half of the questions have several right options; accuracy fits only the others, so those
 * are counted and left out. Shots come from the single-answer questions of `train`, or of `dev` without `train`.
 */
function readFrenchmedmcqa(definition: BenchmarkDefinition, files: BenchmarkFiles): ReadResult {
  const reading = new Reading(definition, files);
  const test = reading.file("test");
  if (test !== undefined) {
    const several = readSplit(reading, test, "test");
    const message = `Test questions that have several right options, and are left out: ${several}.`;
    reading.note("severalAnswers", several, message);
  }
  const shots = reading.shotFile();
  if (shots !== undefined) {
    const several = readSplit(reading, shots.file, shots.split);
    reading.noteShotSource(shots, `, without its questions with several right options (${several})`);
  }
  return reading.result();
}

/** @returns the number of questions with several right options */
function readSplit(reading: Reading, file: DataFile, split: string): number {
  let several = 0;
  for (const record of reading.objects(file)) {
    const parsed = reading.parse(row, toPlain(record.object), record);
    if (parsed === undefined) continue;
    const right = new Set(parsed.correct_answers);
    if (right.size > 1) {
      several++;
      continue;
    }
    const draft = {
      id: parsed.id,
      split,
      question: parsed.question,
      context: [],
      options: labels.map((label) => ({ label, text: parsed.answers[label] })),
      answers: [labels.indexOf(parsed.correct_answers[0]!)],
      subject: parsed.subject_name ?? undefined,
    };
    reading.add(split === "test" ? "items" : "shotPool", draft, record);
  }
  return several;
}

function corpusFile(role: "test" | "train" | "dev", sha256: string, bytes: number): FileSpecification {
  const revisions = ["4e36a4055245", "bdc978f82b9014558555c698149e04f7403fac04"];
  return {
    role,
    required: role === "test",
    names: [`frenchmedmcqa/${role}.json`, `frenchmedmcqa/corpus/${role}.json`],
    known: [{ sha256, bytes, urls: githubFile("qanastek/FrenchMedMCQA", `corpus/${role}.json`, revisions) }],
  };
}

export const frenchmedmcqaBenchmarks: readonly BenchmarkDefinition[] = [
  {
    id: "frenchmedmcqa",
    title: "FrenchMedMCQA, questions with one right option",
    family: "frenchmedmcqa",
    language: "fr",
    licence: { name: "Apache-2.0", notice: "FrenchMedMCQA, badge in the README of qanastek/FrenchMedMCQA" },
    citation:
      "Labrak et al. FrenchMedMCQA: A French Multiple-Choice Question Answering Dataset for Medical domain. LOUHI 2022.",
    homepage: "https://github.com/qanastek/FrenchMedMCQA",
    answers: "single",
    split: "test",
    sizes: [321],
    files: [
      corpusFile("test", "f53d1682af74558ed58b74c8b422a78199b1a0d4e7f0d47e532c5b4b3411e35e", 473227),
      corpusFile("train", "7932ffb982f174980c3545ff220091efcf856be0c946fdf077dea788c35e93a3", 1737510),
      corpusFile("dev", "ddd64d9218561fed1c2dcd59ca13c39380ba92953aff253f39ebeb187a420a32", 238934),
    ],
    read(files) {
      return readFrenchmedmcqa(this, files);
    },
  },
];
