import { z } from "zod";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, FileSpecification, ReadResult } from "./benchmark.ts";
import { describeRecord, readJsonDocument } from "./dataFile.ts";
import { githubFile } from "./github.ts";
import { JsonObject } from "./orderedJson.ts";
import { Reading, toPlain } from "./reading.ts";

/** `ra` is the right answer's `aid`, a string here and an integer there: compared as strings. */
const questionRecord = z.object({
  qid: z.union([z.string(), z.int().transform(String)]),
  qtext: z.string(),
  ra: z.union([z.string(), z.int().transform(String)]),
  answers: z.array(z.object({ aid: z.union([z.string(), z.int().transform(String)]), atext: z.string() })),
  image: z.string().optional(),
});

/** Reads HEAD-QA: exams, each with its questions under `data`. Shots come from `train`, or from `dev` without `train`. */
function readHeadqa(definition: BenchmarkDefinition, files: BenchmarkFiles): ReadResult {
  const reading = new Reading(definition, files);
  const test = reading.file("test");
  if (test !== undefined) {
    const images = readSplit(reading, test, "test");
    reading.note("missingImage", images, `Questions that refer to an image, which the model does not see: ${images}.`);
  }
  const shots = reading.shotFile();
  if (shots !== undefined) {
    readSplit(reading, shots.file, shots.split);
    reading.noteShotSource(shots);
  }
  return reading.result();
}

/** @returns the number of questions that refer to an image */
function readSplit(reading: Reading, file: DataFile, split: string): number {
  const { value, problems } = readJsonDocument(file);
  reading.addProblems(problems);
  if (value === undefined) return 0;
  const exams = value instanceof JsonObject ? value.get("exams") : undefined;
  if (!(value instanceof JsonObject) || !(exams instanceof JsonObject)) {
    reading.fileProblem(file, "Expected an object with the exams.", { field: "exams" });
    return 0;
  }
  const language = value.get("language");
  if (language !== reading.language) {
    const message = `The language is ${JSON.stringify(toPlain(language ?? null))}, expected "${reading.language}".`;
    reading.fileProblem(file, message, { field: "language" });
    return 0;
  }
  let row = 0;
  let images = 0;
  for (const [name, exam] of exams) {
    const data = exam instanceof JsonObject ? exam.get("data") : undefined;
    if (!Array.isArray(data)) {
      const line = exam instanceof JsonObject ? exam.line : exams.line;
      reading.recordProblem({ file, line, row }, `exams.${name}.data`, "Expected the list of the exam's questions.");
      continue;
    }
    const category = exam instanceof JsonObject ? exam.get("category") : undefined;
    const subject = typeof category === "string" ? category : undefined;
    for (const element of data) {
      const line = element instanceof JsonObject ? element.line : exams.line;
      const at = { file, line, row, name: describeRecord(row++, name) };
      const question = readQuestion(reading, element, at);
      if (question === undefined) continue;
      if (question.image) images++;
      const draft = {
        id: `${name}-${question.qid}`,
        split,
        question: question.qtext,
        context: [],
        options: question.answers.map(({ aid, atext }) => ({ label: aid, text: atext })),
        answers: [question.answers.findIndex(({ aid }) => aid === question.ra)],
        subject,
      };
      reading.add(split === "test" ? "items" : "shotPool", draft, at);
    }
  }
  return images;
}

function readQuestion(
  reading: Reading,
  element: Parameters<Reading["object"]>[0],
  at: Parameters<Reading["object"]>[1],
): z.output<typeof questionRecord> | undefined {
  const record = reading.object(element, at);
  return record && reading.parse(questionRecord, toPlain(record.object), at);
}

const contents = {
  es: {
    test: { sha256: "5d6e0779bf7456b9c686d5830947bd17cdad9476ee8c7d555ce2a31f38ca51ea", bytes: 1466803 },
    dev: { sha256: "6b9a6f5d4f301f1a13eeb1bc2f22cfc2f567a280d577409e0ca3e2d67e2fc365", bytes: 701471 },
  },
  en: {
    test: { sha256: "41f9f178b5d363ecd665f56ecca42deff7834c66f491617cc2687bbcfccd03b7", bytes: 1309602 },
    dev: { sha256: "4c1b0588d1e1c4c769accdb6cfa6b4fe85cb032baffa9bc6520a454e7cc9f7f8", bytes: 628975 },
  },
};

function headqa(language: "en" | "es"): BenchmarkDefinition {
  const folder = language === "en" ? "HEAD_EN" : "HEAD";
  const known = (split: "test" | "dev"): FileSpecification => {
    const name = `${split}_${folder}.json`;
    const revisions = ["9a8c0b3be470", "16614f5983885c62ba9acc0f70648203b72af160"];
    const urls = githubFile("claudiaqw/head-qa-afi", `data/${folder}/${name}`, revisions);
    const content = contents[language][split];
    return { role: split, required: split === "test", names: [name], known: [{ ...content, urls }] };
  };
  return {
    id: `head-qa-${language}`,
    title: language === "en" ? "HEAD-QA, English (machine-translated)" : "HEAD-QA, Spanish",
    family: "head-qa",
    language,
    licence: { name: "MIT", notice: "LICENSE of aghie/head-qa: Copyright (c) 2019 DVC" },
    citation: "Vilares, Gómez-Rodríguez. HEAD-QA: A Healthcare Dataset for Complex Reasoning. ACL 2019.",
    homepage: "https://github.com/aghie/head-qa",
    answers: "single",
    split: "test",
    sizes: [2742],
    files: [
      known("test"),
      known("dev"),
      { role: "train", required: false, names: [`train_${folder}.json`], known: [] },
    ],
    read(files) {
      return readHeadqa(this, files);
    },
  };
}

export const headqaBenchmarks: readonly BenchmarkDefinition[] = [headqa("en"), headqa("es")];
