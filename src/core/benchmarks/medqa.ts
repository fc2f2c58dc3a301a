import { z } from "zod";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, FileSpecification, ReadResult } from "./benchmark.ts";
import { isInstructionRow, parseInstructionRow } from "./instructionRows.ts";
import { fiveOptionFiles, fourOptionFiles, medqaLicence } from "./medqaFiles.ts";
import { letter, letteredOptions, Reading, toPlain, type ObjectRecord } from "./reading.ts";

/**
 * The original files, JSON lines: options by letter, the answer as text and as letter. The gold letter of the 4- and the
 * 5-option file differs for the same question, so each file is read for itself only.
 */
const originalRow = z.object({
  id: z.string().optional(),
  question: z.string(),
  options: z.record(z.string(), z.string()),
  answer: z.string(),
  answer_idx: z.string(),
});

/** mediQ's development set: the stem cut into sentences (`context`) and the final question. */
const mediqRow = originalRow.extend({ id: z.int(), context: z.array(z.string()), context_len: z.int() });

/** Rows of the Hugging Face copy with four options (`GBaker/MedQA-USMLE-4-options-hf`): `label` counts from 0. */
const sentenceRow = z.object({
  id: z.string().optional(),
  sent1: z.string(),
  sent2: z.literal("", "A second sentence is not part of the documented form.").optional(),
  ending0: z.string(),
  ending1: z.string(),
  ending2: z.string(),
  ending3: z.string(),
  label: z.int().min(0).max(3),
});

/** Rows with options by letter and the answer as a letter. */
const letterRow = z.object({
  id: z.string().optional(),
  question: z.string(),
  options: z.record(z.string(), z.string()),
  answer: z.string(),
});

interface MedqaRow {
  readonly id?: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: number;
}

/** Reads MedQA (USMLE). Shots come from `train`, or from `dev` where there is no `train`. */
function readMedqa(definition: BenchmarkDefinition, optionCount: 4 | 5, files: BenchmarkFiles): ReadResult {
  const reading = new Reading(definition, files);
  const name = optionCount === 4 ? "medqa" : "medqa5";
  const read = (file: DataFile, split: "test" | "train" | "dev"): void => {
    for (const record of reading.objects(file)) {
      const row = readRow(reading, record, optionCount);
      if (row === undefined) continue;
      const draft = {
        id: row.id ?? `${name}-${split}-${record.row}`,
        split,
        question: row.question,
        context: [],
        options: letteredOptions(row.options),
        answers: [row.answer],
      };
      reading.add(split === "test" ? "items" : "shotPool", draft, record);
    }
  };
  const test = reading.file("test");
  if (test !== undefined) read(test, "test");
  const shots = reading.shotFile();
  if (shots !== undefined) {
    read(shots.file, shots.split);
    reading.noteShotSource(shots);
  }
  return reading.result();
}

function readRow(reading: Reading, record: ObjectRecord, optionCount: number): MedqaRow | undefined {
  const { object } = record;
  if (isInstructionRow(object)) {
    const row = parseInstructionRow(object, optionCount);
    if (row === undefined) reading.leaveOut();
    return row;
  }
  const plain = toPlain(object);
  if (object.has("sent1")) {
    const row = reading.parse(sentenceRow, plain, record);
    if (row === undefined) return undefined;
    const options = [row.ending0, row.ending1, row.ending2, row.ending3];
    if (optionCount !== options.length) {
      reading.recordProblem(record, "ending3", `Four options, but this benchmark has ${optionCount}.`);
      return undefined;
    }
    return { id: row.id, question: row.sent1, options, answer: row.label };
  }
  if (object.has("context_len")) {
    const row = reading.parse(mediqRow, plain, record);
    if (row === undefined) return undefined;
    const question = [...row.context, row.question].join(" ");
    return letteredRow(reading, record, { ...row, id: `medqa-dev-${row.id}`, question }, optionCount);
  }
  if (object.has("answer_idx")) {
    const row = reading.parse(originalRow, plain, record);
    return row && letteredRow(reading, record, row, optionCount);
  }
  const row = reading.parse(letterRow, plain, record);
  return row && letteredRow(reading, record, { ...row, answer: undefined, answer_idx: row.answer }, optionCount);
}

function letteredRow(
  reading: Reading,
  record: ObjectRecord,
  row: { id?: string; question: string; options: Record<string, string>; answer?: string; answer_idx: string },
  optionCount: number,
): MedqaRow | undefined {
  const letters = Array.from({ length: optionCount }, (_, index) => letter(index));
  const found = Object.keys(row.options).toSorted();
  if (found.join() !== letters.join()) {
    const message = `The options are ${found.join(", ")}; this benchmark has ${letters.join(", ")}.`;
    reading.recordProblem(record, "options", message);
    return undefined;
  }
  const options = letters.map((key) => row.options[key]!);
  const answer = letters.indexOf(row.answer_idx);
  const field = row.answer === undefined ? "answer" : "answer_idx";
  if (answer === -1) {
    reading.recordProblem(
      record,
      field,
      `The answer ${JSON.stringify(row.answer_idx)} is none of ${letters.join(", ")}.`,
    );
    return undefined;
  }
  if (row.answer !== undefined && row.answer !== options[answer]) {
    reading.recordProblem(record, "answer", `The answer's text is not that of option ${row.answer_idx}.`);
    return undefined;
  }
  return { id: row.id, question: row.question, options, answer };
}

function medqa(optionCount: 4 | 5, files: readonly FileSpecification[]): BenchmarkDefinition {
  return {
    id: `medqa-${optionCount}`,
    title: `MedQA (USMLE), ${optionCount} options`,
    family: "medqa",
    language: "en",
    licence: medqaLicence,
    citation:
      "Jin et al. What Disease does this Patient Have? A Large-scale Open Domain Question Answering Dataset from Medical Exams. Applied Sciences 11(14):6421, 2021.",
    homepage: "https://github.com/jind11/MedQA",
    answers: "single",
    split: "test",
    sizes: [1273],
    files,
    read(given) {
      return readMedqa(this, optionCount, given);
    },
  };
}

export const medqaBenchmarks: readonly BenchmarkDefinition[] = [medqa(4, fourOptionFiles), medqa(5, fiveOptionFiles)];
