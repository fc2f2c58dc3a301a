import { z } from "zod";
import type {
  BenchmarkDefinition,
  BenchmarkFiles,
  DataFile,
  FileSpecification,
  KnownFile,
  ReadResult,
} from "./benchmark.ts";
import { readCsvRecords } from "./dataFile.ts";
import { githubFile } from "./github.ts";
import { JsonObject, type Json } from "./orderedJson.ts";
import { letteredOptions, Reading, toPlain } from "./reading.ts";

/** Categories of medical interest, as the biomedical merging studies use them. */
export const healthCategories: readonly string[] = ["Health", "Nutrition", "Psychology", "Science"];

/** All questions, or those of the {@link healthCategories}. */
type Selection = "all" | "health";

const targets = z.object({ choices: z.array(z.string()), labels: z.array(z.literal([0, 1])) });

type Targets = z.output<typeof targets>;

const row = z
  .object({
    id: z.string().optional(),
    question: z.string(),
    targets,
  })
  .refine(({ targets }) => targets.choices.length === targets.labels.length, {
    path: ["targets", "labels"],
    message: "There are not as many labels as choices.",
  });

/**
 * Reads mc_task.json of TruthfulQA, or Hugging Face rows of it. Option order is that of the file, where the right option
 * of mc1 is always the first. The category comes from TruthfulQA.csv, joined by question.
 * @param selection of `health` only the {@link healthCategories} are kept, which needs the `categories` file
 */
function readTruthfulqa(
  definition: BenchmarkDefinition,
  task: "mc1" | "mc2",
  selection: Selection,
  files: BenchmarkFiles,
): ReadResult {
  const reading = new Reading(definition, files);
  const test = reading.file("test");
  if (test === undefined) return reading.result();
  const categoryFile = reading.file("categories");
  const categories = categoryFile && readCategories(reading, categoryFile);
  let withoutCategory = 0;
  let withEmptyOption = 0;
  for (const record of reading.objects(test)) {
    const given = record.object.get(`${task}_targets`) ?? null;
    const parsed = reading.parse(row, { ...rowOf(record.object), targets: pairs(given) }, record);
    if (parsed === undefined) continue;
    const subject = categories?.get(joinKey(parsed.question));
    if (categories !== undefined && subject === undefined) withoutCategory++;
    if (selection === "health" && (subject === undefined || !healthCategories.includes(subject))) continue;
    const { choices, labels } = withoutEmpty(parsed.targets);
    if (choices.length < parsed.targets.choices.length) withEmptyOption++;
    const draft = {
      id: parsed.id ?? `truthfulqa-${record.row}`,
      split: "validation",
      question: parsed.question,
      context: [],
      options: letteredOptions(choices),
      answers: labels.flatMap((label, index) => (label === 1 ? [index] : [])),
      subject,
    };
    reading.add("items", draft, record);
  }
  const emptyMessage = `Items that list an empty text among their options, which is left out: ${withEmptyOption}.`;
  reading.note("emptyOptions", withEmptyOption, emptyMessage);
  if (selection === "health" && withoutCategory > 0) {
    const message = `${withoutCategory} questions are not in ${categoryFile!.path}, so their category is unknown.`;
    reading.fileProblem(test, message, { hint: "Use mc_task.json and TruthfulQA.csv of the same version." });
  } else reading.note("notInCategories", withoutCategory, `Questions without a category: ${withoutCategory}.`);
  return reading.result();
}

function rowOf(object: JsonObject): { id?: unknown; question?: unknown } {
  return { id: toPlain(object.get("id") ?? null) ?? undefined, question: toPlain(object.get("question") ?? null) };
}

/** The original file maps each answer text to its label; the Hugging Face copy has two parallel lists. */
function pairs(targets: Json): unknown {
  if (!(targets instanceof JsonObject)) return toPlain(targets);
  const isLists = targets.size === 2 && Array.isArray(targets.get("choices")) && Array.isArray(targets.get("labels"));
  if (isLists) return toPlain(targets);
  return { choices: [...targets.keys()], labels: [...targets.values()].map(toPlain) };
}

/** The 2025 file cut its answer lists at every semicolon, also at a last one, which left empty texts among the options. */
function withoutEmpty({ choices, labels }: Targets): Targets {
  const kept = choices.flatMap((choice, index) => (choice === "" ? [] : [index]));
  return { choices: kept.map((index) => choices[index]!), labels: kept.map((index) => labels[index]!) };
}

/** Questions are compared without white space at their ends: one differs between the 2021 files in nothing else. */
function joinKey(question: string): string {
  return question.trim();
}

function readCategories(reading: Reading, file: DataFile): Map<string, string> {
  const categories = new Map<string, string>();
  const { records, problems } = readCsvRecords(file);
  reading.addProblems(problems);
  const [header, ...rows] = records;
  const category = header?.cells.indexOf("Category") ?? -1;
  const question = header?.cells.indexOf("Question") ?? -1;
  if (header === undefined || category === -1 || question === -1) {
    reading.fileProblem(file, "The header row names no Category and Question column.", { line: 1 });
    return categories;
  }
  for (const { cells, line, row: number } of rows) {
    if (cells.length === header.cells.length) categories.set(joinKey(cells[question]!), cells[category]!);
    else {
      const message = `${cells.length} cells, but the header has ${header.cells.length}.`;
      reading.recordProblem({ file, line, row: number }, undefined, message);
    }
  }
  return categories;
}

interface Version {
  readonly name: string;
  readonly folder: string;
  readonly task: { readonly sha256: string; readonly bytes: number };
  readonly table: { readonly path: string; readonly sha256: string; readonly bytes: number };
}

/** The 817 questions of 2021 are what papers report; the 790 of 2025 come last. */
const versions: readonly Version[] = [
  {
    name: "v1, October 2021, 817 questions",
    folder: "data/v1/",
    task: { sha256: "b3799639bc76c939836d587de7d30b48d91012cb34be04806d33106ce06c162a", bytes: 755456 },
    table: {
      path: "data/v1/TruthfulQA.csv",
      sha256: "f9bd9e859cc102cb1f647f1064da7e009be752c416845cf9fa56e6eaae403a7d",
      bytes: 476230,
    },
  },
  {
    name: "v0, September 2021, 817 questions",
    folder: "data/v0/",
    task: { sha256: "6eb4125d25750c0145c4be2dce00440736684ab6f74ce6bff2139571cc758954", bytes: 710607 },
    table: {
      path: "data/v0/TruthfulQA.csv",
      sha256: "8d7dd15f033196140f032d97d30f037da7a7b1192c3f36f9937c1850925335a2",
      bytes: 443723,
    },
  },
  {
    name: "January 2025, 790 questions",
    folder: "data/",
    task: { sha256: "c90d853454fd48c676accb33e16923ac438dbb6fb37ecc7c6a70e33c9e556e87", bytes: 744411 },
    table: {
      path: "TruthfulQA.csv",
      sha256: "b8d8ef1e12f98b4f2a9f47abc9765da0640b182b6c5d9b92f0c1a1f2f1e02e5c",
      bytes: 503550,
    },
  },
];

function urls(path: string): string[] {
  return [
    ...githubFile("koppula/TruthfulQA", path, ["4dee2311b23d"]),
    ...githubFile("sylinrl/TruthfulQA", path, ["main"]),
  ];
}

const taskFiles: readonly KnownFile[] = versions.map(({ name, folder, task }) => ({
  ...task,
  version: name,
  urls: urls(`${folder}mc_task.json`),
}));

const tableFiles: readonly KnownFile[] = versions.map(({ name, table }) => ({
  sha256: table.sha256,
  bytes: table.bytes,
  version: name,
  urls: urls(table.path),
}));

function truthfulqa(task: "mc1" | "mc2", selection: Selection): BenchmarkDefinition {
  const health = selection === "health";
  const files: readonly FileSpecification[] = [
    { role: "test", required: true, names: ["mc_task.json", "truthfulqa_mc/test.json"], known: taskFiles },
    { role: "categories", required: health, names: ["TruthfulQA.csv"], known: tableFiles },
  ];
  return {
    id: `truthfulqa-${task}${health ? "-health" : ""}`,
    title: `TruthfulQA ${task.toUpperCase()}${health ? `, categories ${healthCategories.join(", ")}` : ""}`,
    family: "truthfulqa",
    language: "en",
    licence: { name: "Apache-2.0", notice: "TruthfulQA, LICENSE of sylinrl/TruthfulQA" },
    citation: "Lin, Hilton, Evans. TruthfulQA: Measuring How Models Mimic Human Falsehoods. ACL 2022.",
    homepage: "https://github.com/sylinrl/TruthfulQA",
    answers: task === "mc1" ? "single" : "several",
    answerAlwaysFirst: true,
    split: "validation",
    sizes: health ? [99] : [817, 790],
    files,
    read(given) {
      return readTruthfulqa(this, task, selection, given);
    },
  };
}

export const truthfulqaBenchmarks: readonly BenchmarkDefinition[] = [
  truthfulqa("mc1", "all"),
  truthfulqa("mc2", "all"),
  truthfulqa("mc1", "health"),
  truthfulqa("mc2", "health"),
];
