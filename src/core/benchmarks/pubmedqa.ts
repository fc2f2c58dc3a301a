import { z } from "zod";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, ReadResult } from "./benchmark.ts";
import { describeRecord, readJsonDocument } from "./dataFile.ts";
import { githubFile } from "./github.ts";
import { JsonObject } from "./orderedJson.ts";
import { letteredOptions, Reading, toPlain, type ObjectRecord, type RecordPlace } from "./reading.ts";

const decisions = ["yes", "no", "maybe"] as const;

/** A record of the original files. `LONG_ANSWER` is the abstract's conclusion, gives the answer away, and is never read. */
const originalRecord = z.object({
  QUESTION: z.string(),
  CONTEXTS: z.array(z.string()),
  final_decision: z.enum(decisions),
});

/** A row of a Hugging Face copy that kept the original field names (`bigbio/pubmed_qa`), with the PubMed id as `id`. */
const originalRow = originalRecord.extend({ id: z.union([z.string(), z.int().transform(String)]) });

/** A row of `qiaojin/PubMedQA`. */
const renamedRow = z.object({
  pubid: z.union([z.string(), z.int().transform(String)]),
  question: z.string(),
  context: z.object({ contexts: z.array(z.string()) }),
  final_decision: z.enum(decisions),
});

interface Abstract {
  readonly id: string;
  readonly question: string;
  readonly contexts: readonly string[];
  readonly decision: string;
  readonly at: RecordPlace;
}

const labelsHint =
  "Put test_ground_truth.json of the PubMedQA repository beside it: it names the official test questions.";
/** Size of the official test set: more questions without a list of test ids are the well-known mistake of 1000. */
const officialTestSize = 500;

/**
 * Reads PubMedQA's expert-labelled set. `labels` (test_ground_truth.json) names the official 500 test questions and
 * their order; the other 500 are the pool for shots. Without `labels`, `test` must hold test questions only. Copies in
 * rows keep their order, may hold a part of the test only, and have `train` as a further source of shots.
 */
function readPubmedqa(definition: BenchmarkDefinition, files: BenchmarkFiles): ReadResult {
  const reading = new Reading(definition, files);
  const test = reading.file("test");
  if (test === undefined) return reading.result();
  const original = isOneObject(test) ? readObject(reading, test) : undefined;
  const abstracts = original?.abstracts ?? readRows(reading, test);
  const labels = reading.file("labels");
  if (labels !== undefined) splitByLabels(reading, abstracts, labels, original?.ids);
  else if (abstracts.length <= officialTestSize) for (const abstract of abstracts) add(reading, "items", abstract);
  else {
    const message = `${abstracts.length} questions; the official test has ${officialTestSize} and the rest is for shots.`;
    reading.fileProblem(test, message, { hint: labelsHint });
  }
  const train = reading.shotPool.length === 0 ? reading.file("train") : undefined;
  if (train !== undefined) for (const abstract of readRows(reading, train)) add(reading, "shotPool", abstract);
  return reading.result();
}

/** @param ids of all records of the original file, the malformed ones too, which are reported already */
function splitByLabels(
  reading: Reading,
  abstracts: readonly Abstract[],
  file: DataFile,
  ids: ReadonlySet<string> | undefined,
): void {
  const { value, problems } = readJsonDocument(file, "PMID");
  reading.addProblems(problems);
  if (value === undefined) return;
  if (!(value instanceof JsonObject)) {
    reading.fileProblem(file, "Expected an object from PubMed id to answer.");
    return;
  }
  const at = { file, line: value.line, row: 0 };
  const byId = new Map(abstracts.map((abstract) => [abstract.id, abstract]));
  const missing = [...value.keys()].filter((id) => !byId.has(id) && !ids?.has(id));
  if (ids !== undefined) {
    for (const id of missing) reading.recordProblem(at, id, "This test question is not in its file.");
  } else
    reading.note(
      "partialTest",
      missing.length,
      `Questions of the official test that are not in the file: ${missing.length}.`,
    );

  const order = ids !== undefined ? [...value.keys()] : abstracts.map(({ id }) => id);
  for (const id of order) {
    const abstract = byId.get(id);
    if (abstract === undefined || !value.has(id)) continue;
    if (abstract.decision === value.get(id)) add(reading, "items", abstract);
    else {
      const message = `The answer is ${JSON.stringify(value.get(id))} here and "${abstract.decision}" in the question file.`;
      reading.recordProblem(at, id, message);
    }
  }
  for (const abstract of abstracts) if (!value.has(abstract.id)) add(reading, "shotPool", abstract);
}

function add(reading: Reading, target: "items" | "shotPool", abstract: Abstract): void {
  const draft = {
    id: abstract.id,
    split: target === "items" ? "test" : "train",
    question: abstract.question,
    context: abstract.contexts,
    options: letteredOptions(decisions),
    answers: [decisions.findIndex((decision) => decision === abstract.decision)],
  };
  reading.add(target, draft, abstract.at);
}

/** The original form: one object by PubMed id. */
function readObject(reading: Reading, file: DataFile): { abstracts: Abstract[]; ids: ReadonlySet<string> } {
  const { value, problems } = readJsonDocument(file, "PMID");
  reading.addProblems(problems);
  if (!(value instanceof JsonObject)) return { abstracts: [], ids: new Set() };
  const abstracts = [...value].flatMap(([id, element], row): Abstract[] => {
    const line = element instanceof JsonObject ? element.line : value.line;
    const at = { file, line, row, name: describeRecord(row, `PMID ${id}`) };
    const record = reading.object(element, at);
    const parsed = record && reading.parse(originalRecord, toPlain(record.object), at);
    if (parsed === undefined) return [];
    return [{ id, question: parsed.QUESTION, contexts: parsed.CONTEXTS, decision: parsed.final_decision, at }];
  });
  return { abstracts, ids: new Set(value.keys()) };
}

function readRows(reading: Reading, file: DataFile): Abstract[] {
  return reading.objects(file).flatMap((record) => readRow(reading, record) ?? []);
}

/** Whether the file is one object by PubMed id rather than an array or JSON lines of records that name their id. */
function isOneObject(file: DataFile): boolean {
  const start = new TextDecoder().decode(file.bytes.subarray(0, 4096));
  return /^\s*\{\s*"[0-9]+"\s*:/.test(start);
}

function readRow(reading: Reading, record: ObjectRecord): Abstract | undefined {
  const plain = toPlain(record.object);
  if (record.object.has("pubid")) {
    const row = reading.parse(renamedRow, plain, record);
    if (row === undefined) return undefined;
    const { pubid: id, question, context, final_decision: decision } = row;
    return { id, question, contexts: context.contexts, decision, at: record };
  }
  const row = reading.parse(originalRow, plain, record);
  if (row === undefined) return undefined;
  return { id: row.id, question: row.QUESTION, contexts: row.CONTEXTS, decision: row.final_decision, at: record };
}

const revision = "1cbae8e92f72f20c8d3747cbb3bf5bc53554d997";

export const pubmedqaBenchmarks: readonly BenchmarkDefinition[] = [
  {
    id: "pubmedqa",
    title: "PubMedQA, expert-labelled, official test",
    family: "pubmedqa",
    language: "en",
    licence: { name: "MIT", notice: "Copyright (c) 2019 pubmedqa" },
    citation: "Jin et al. PubMedQA: A Dataset for Biomedical Research Question Answering. EMNLP-IJCNLP 2019.",
    homepage: "https://github.com/pubmedqa/pubmedqa",
    answers: "single",
    split: "test",
    sizes: [500],
    files: [
      {
        role: "test",
        required: true,
        names: ["ori_pqal.json", "pubmedqa/test.json", "pubmedqa/test_set.json", "pubmedqa/data/test_set.json"],
        known: [
          {
            sha256: "8b3276be8942ebbd77f3ddcda12c1749bf0e490045a736fd8438ee40cf37a41d",
            bytes: 2584787,
            version: "all 1000 expert-labelled questions",
            urls: githubFile("pubmedqa/pubmedqa", "data/ori_pqal.json", [revision]),
          },
          {
            sha256: "f420f49d97516329d81f62d7d454055e3a063dbd0913ebaff915993bb321cbab",
            bytes: 1297358,
            version: "the 500 test questions only (MIRAGE)",
            urls: [],
          },
        ],
      },
      {
        role: "labels",
        required: false,
        names: ["test_ground_truth.json"],
        known: [
          {
            sha256: "939fe566f09017d13b1ca64d2ddfee0bc2374b366048152997669cccedc44d51",
            bytes: 11414,
            urls: githubFile("pubmedqa/pubmedqa", "data/test_ground_truth.json", [revision]),
          },
        ],
      },
      { role: "train", required: false, names: ["pubmedqa/train.json"], known: [] },
    ],
    read(files) {
      return readPubmedqa(this, files);
    },
  },
];
