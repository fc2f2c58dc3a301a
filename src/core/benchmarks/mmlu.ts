import { z } from "zod";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, FileSpecification, ReadResult } from "./benchmark.ts";
import { readCsvRecords, type CsvRecord } from "./dataFile.ts";
import { githubFile } from "./github.ts";
import { mmluSubjects, type FileContent, type MmluSubject } from "./mmluSubjects.ts";
import { letteredOptions, Reading, toPlain, type RecordPlace } from "./reading.ts";

const letters = ["A", "B", "C", "D"];
const integers = ["0", "1", "2", "3"];

/** First row of the copies that have one, and how these copies write the answer. */
const headers: readonly { readonly cells: string; readonly answers: readonly string[] }[] = [
  { cells: "question,choice0,choice1,choice2,choice3,answer", answers: integers },
  { cells: "question,A,B,C,D,answer", answers: letters },
];

/** Rows of the Hugging Face copy (`cais/mmlu`): `answer` counts from 0. */
const huggingFaceRow = z.object({
  id: z.string().optional(),
  question: z.string(),
  choices: z.array(z.string()).length(4),
  answer: z.int().min(0).max(3),
  subject: z.string().optional(),
});

/** Reads one subject of MMLU, in the original form, with a header row, or as Hugging Face rows. Shots: the dev rows. */
function readMmlu(definition: BenchmarkDefinition, subject: string, files: BenchmarkFiles): ReadResult {
  const reading = new Reading(definition, files);
  const test = reading.file("test");
  if (test !== undefined) readSplit(reading, subject, test, "test");
  const dev = reading.file("dev");
  if (dev !== undefined) readSplit(reading, subject, dev, "dev");
  return reading.result();
}

function readSplit(reading: Reading, subject: string, file: DataFile, split: "test" | "dev"): void {
  const target = split === "test" ? "items" : "shotPool";
  const add = (question: string, choices: readonly string[], answer: number, at: RecordPlace, id?: string): void => {
    const options = letteredOptions(choices);
    const draft = {
      id: id ?? `${subject}-${split}-${at.row}`,
      split,
      question,
      context: [],
      options,
      answers: [answer],
    };
    reading.add(target, { ...draft, subject }, at);
  };
  if (isJson(file)) {
    for (const record of reading.objects(file)) {
      const row = reading.parse(huggingFaceRow, toPlain(record.object), record);
      if (row === undefined) continue;
      if (row.subject === undefined || row.subject === subject)
        add(row.question, row.choices, row.answer, record, row.id);
      else reading.recordProblem(record, "subject", `The subject is ${row.subject}, expected ${subject}.`);
    }
  } else readCsv(reading, file, add);
}

/** No original row begins with a bracket right before a quote or a brace; a JSON file always does. */
function isJson(file: DataFile): boolean {
  const start = new TextDecoder().decode(file.bytes.subarray(0, 4096));
  return /^\s*(\[\s*\{|\{\s*")/.test(start);
}

function readCsv(
  reading: Reading,
  file: DataFile,
  add: (question: string, choices: readonly string[], answer: number, at: RecordPlace) => void,
): void {
  const { records, problems } = readCsvRecords(file);
  reading.addProblems(problems);
  const header = headers.find(({ cells }) => cells === records[0]?.cells.join());
  const answers = header?.answers ?? letters;
  const firstRow = header === undefined ? 0 : 1;
  for (const record of records.slice(firstRow)) {
    const at = { file, line: record.line, row: record.row - firstRow };
    const answer = checkCells(reading, record, answers, at);
    if (answer !== undefined) add(record.cells[0]!, record.cells.slice(1, 5), answer, at);
  }
}

function checkCells(
  reading: Reading,
  { cells }: CsvRecord,
  answers: readonly string[],
  at: RecordPlace,
): number | undefined {
  if (cells.length !== 6) {
    reading.recordProblem(at, undefined, `${cells.length} cells; expected question, four options and answer.`);
    return undefined;
  }
  const answer = answers.indexOf(cells[5]!);
  if (answer !== -1) return answer;
  const expected = `${answers.slice(0, -1).join(", ")} or ${answers.at(-1)}`;
  reading.recordProblem(at, "answer", `The answer is ${JSON.stringify(cells[5])}; in this file it is ${expected}.`);
  return undefined;
}

type Split = "test" | "dev";

function englishFile(subject: MmluSubject, split: Split): FileSpecification {
  const name = `${subject.subject}_${split}.csv`;
  const { originalTest } = subject.english;
  const original = { version: "original form (MIRAGE)", urls: [] };
  const withHeader = {
    ...subject.english[split],
    version: "with header row",
    urls: githubFile("HaeChan0305/MLILAB-FedLLM", `data/mmlu/${split}/${name}`, [
      "d92730e8bacd7b3a61e551e015e40588e10234b4",
    ]),
  };
  const isOriginalKnown = split === "test" && originalTest !== undefined;
  return {
    role: split,
    required: split === "test",
    names: [`mmlu/${split}/${name}`, name, `mmlu_${subject.subject}/${split}.json`],
    known: isOriginalKnown ? [withHeader, { ...originalTest, ...original }] : [withHeader],
  };
}

function arabicFile(subject: MmluSubject, split: Split): FileSpecification {
  const name = `${subject.subject}_${split}.csv`;
  const content: FileContent = subject.arabic[split];
  const path = `eval/benchmark_eval/benchmarks/MMLUArabic/${split}/${name}`;
  const urls = githubFile("FreedomIntelligence/AceGPT", path, ["061a65649716", "main"]);
  return {
    role: split,
    required: split === "test",
    names: [
      `MMLUArabic/${split}/${name}`,
      `mmlu_arabic/${split}/${name}`,
      `mmlu_ar/${split}/${name}`,
      `mmlu_ar_${subject.subject}/${split}.json`,
    ],
    known: [{ ...content, urls }],
  };
}

function english(subject: MmluSubject): BenchmarkDefinition {
  return {
    id: `mmlu-${subject.subject}`,
    title: `MMLU ${subject.subject.replaceAll("_", " ")}`,
    family: "mmlu",
    language: "en",
    licence: { name: "MIT", notice: "Copyright (c) 2020 Dan Hendrycks" },
    citation: "Hendrycks et al. Measuring Massive Multitask Language Understanding. ICLR 2021.",
    homepage: "https://github.com/hendrycks/test",
    answers: "single",
    split: "test",
    sizes: [subject.size],
    files: [englishFile(subject, "test"), englishFile(subject, "dev")],
    read(files) {
      return readMmlu(this, subject.subject, files);
    },
  };
}

function arabic(subject: MmluSubject): BenchmarkDefinition {
  return {
    id: `mmlu-${subject.subject}-ar`,
    title: `MMLU ${subject.subject.replaceAll("_", " ")}, Arabic (AceGPT's machine translation)`,
    family: "mmlu-arabic",
    language: "ar",
    licence: { name: "Apache-2.0", notice: "AceGPT, LICENSE.txt of FreedomIntelligence/AceGPT" },
    citation: "Huang et al. AceGPT, Localizing Large Language Models in Arabic. NAACL 2024.",
    homepage: "https://github.com/FreedomIntelligence/AceGPT",
    answers: "single",
    split: "test",
    sizes: [subject.size],
    files: [arabicFile(subject, "test"), arabicFile(subject, "dev")],
    read(files) {
      return readMmlu(this, subject.subject, files);
    },
  };
}

export const mmluBenchmarks: readonly BenchmarkDefinition[] = [
  ...mmluSubjects.map(english),
  ...mmluSubjects.map(arabic),
];
