import { z } from "zod";
import type { BenchmarkDefinition, BenchmarkFiles, DataFile, ReadOptions, ReadResult } from "./benchmark.ts";
import { githubFile, selfBioRagFile } from "./github.ts";
import { isInstructionRow, parseInstructionRow } from "./instructionRows.ts";
import { letteredOptions, Reading, toPlain, type ObjectRecord } from "./reading.ts";

/**
 * One line of the original files, or one row of the Hugging Face copy: the same fields, except that `cop` counts from 1
 * in the former and from 0 in the latter (-1 where the answer is withheld). The explanation `exp` gives the answer away
 * and is never read. `choice_type` is "multi" for a third of the questions, which still have one right option each.
 */
const row = z.object({
  id: z.string(),
  question: z.string(),
  opa: z.string(),
  opb: z.string(),
  opc: z.string(),
  opd: z.string(),
  cop: z.int().min(-1).max(4),
  subject_name: z.string().nullish(),
});

type Row = z.output<typeof row>;

const copHint = "Say which one it is: copBase 1 for the original files, 0 for rows from Hugging Face.";

/** Reads MedMCQA. The labelled `dev` split (`validation` at Hugging Face) is what papers report; shots come from `train`. */
function readMedmcqa(definition: BenchmarkDefinition, files: BenchmarkFiles, options: ReadOptions = {}): ReadResult {
  const reading = new Reading(definition, files);
  const test = reading.file("test");
  if (test !== undefined) readSplit(reading, test, "items", "dev", options);
  const train = reading.file("train");
  if (train !== undefined) {
    readSplit(reading, train, "shotPool", "train", options);
    reading.noteShotSource({ file: train, split: "train" });
  }
  return reading.result();
}

function readSplit(
  reading: Reading,
  file: DataFile,
  target: "items" | "shotPool",
  split: string,
  options: ReadOptions,
): void {
  const records = reading.objects(file);
  if (records.some(({ object }) => isInstructionRow(object))) {
    for (const record of records) addInstruction(reading, record, target, split);
    return;
  }
  const parsed = records.flatMap((record) => {
    const value = reading.parse(row, toPlain(record.object), record);
    return value === undefined ? [] : [{ record, value }];
  });
  const labelled = parsed.filter(({ value }) => value.cop !== -1);
  const withheld = parsed.length - labelled.length;
  reading.note(
    "unlabelled",
    withheld,
    `Questions of ${file.path} without an answer (cop is -1), which are left out: ${withheld}.`,
  );
  const base = copBase(reading, file, labelled, options);
  if (base === undefined) return;
  for (const { record, value } of labelled) {
    const answer = value.cop - base;
    if (answer < 0 || answer > 3) {
      reading.recordProblem(record, "cop", `cop is ${value.cop}, but counts from ${base} in this file.`);
      continue;
    }
    const draft = {
      id: value.id,
      split,
      question: value.question,
      context: [],
      options: letteredOptions([value.opa, value.opb, value.opc, value.opd]),
      answers: [answer],
      subject: value.subject_name ?? undefined,
    };
    reading.add(target, draft, record);
  }
}

function addInstruction(reading: Reading, record: ObjectRecord, target: "items" | "shotPool", split: string): void {
  const parsed = parseInstructionRow(record.object, 4);
  if (parsed === undefined) {
    reading.leaveOut();
    return;
  }
  const { question, options, answer } = parsed;
  const id = `medmcqa-${split}-${record.row}`;
  const draft = { id, split, question, context: [], options: letteredOptions(options), answers: [answer] };
  reading.add(target, draft, record);
}

/**
 * Whether `cop` counts from 0 or from 1 in this file. A known file counts from 1; otherwise a 4 proves 1 and a 0 proves 0.
 * A file that proves neither or both is refused: guessing would shift every answer.
 */
function copBase(
  reading: Reading,
  file: DataFile,
  rows: readonly { record: ObjectRecord; value: Row }[],
  options: ReadOptions,
): 0 | 1 | undefined {
  if (file.known !== undefined) return 1;
  if (options.copBase !== undefined) return options.copBase;
  const zero = rows.find(({ value }) => value.cop === 0);
  const four = rows.find(({ value }) => value.cop === 4);
  if (zero !== undefined && four === undefined) return 0;
  if (four !== undefined && zero === undefined) return 1;
  if (rows.length === 0) return undefined;
  const message =
    zero !== undefined && four !== undefined
      ? `cop is 0 on line ${zero.record.line} and 4 on line ${four.record.line}: it counts neither from 0 nor from 1.`
      : "Every cop is 1, 2 or 3, so it cannot be told whether it counts from 0 or from 1.";
  reading.fileProblem(file, message, { line: zero?.record.line, field: "cop", hint: copHint });
  return undefined;
}

export const medmcqaBenchmarks: readonly BenchmarkDefinition[] = [
  {
    id: "medmcqa",
    title: "MedMCQA",
    family: "medmcqa",
    language: "en",
    licence: { name: "MIT", notice: "Copyright (c) 2022 MedMCQA" },
    citation:
      "Pal, Umapathi, Sankarasubbu. MedMCQA: A Large-scale Multi-Subject Multi-Choice Dataset for Medical domain Question Answering. CHIL 2022, PMLR 174:248-260.",
    homepage: "https://github.com/medmcqa/medmcqa",
    answers: "single",
    split: "dev",
    sizes: [4183],
    files: [
      {
        role: "test",
        required: true,
        names: ["medmcqa/dev.json", "medmcqa/data/dev.json", "medmcqa/validation.json", "medmcqa/test.json"],
        known: [
          {
            sha256: "a2b5f53890f4e742b728378fb847bc5338088d48ea01218676379f587270af31",
            bytes: 2594517,
            urls: githubFile("Teddy-XiongGZ/MIRAGE", "rawdata/medmcqa/data/dev.json", [
              "392943af99cd",
              "224ebe9a721e1bc525a07b10eceb01ed52df7b29",
            ]),
          },
        ],
      },
      {
        role: "train",
        required: false,
        names: ["medmcqa/train.json", "medmcqa/data/train.json"],
        known: [
          {
            name: "medmcqa/selfbiorag_train_part.json",
            sha256: "079ef4cdfed787d3876556b82115daf1045b019467b84e1152746791cc915195",
            bytes: 768699,
            version: "1000 questions of the training split (Self-BioRAG)",
            urls: selfBioRagFile("medmc_qa_train.json"),
            licence: { name: "MIT", notice: "Copyright (c) 2022 MedMCQA; dmis-lab/self-biorag states no licence" },
          },
        ],
      },
    ],
    read(files, options) {
      return readMedmcqa(this, files, options);
    },
  },
];
