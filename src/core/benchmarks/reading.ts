import type { z } from "zod";
import { DataError } from "../errors.ts";
import { checkSchema, fieldOf } from "../schemaProblems.ts";
import type {
  BenchmarkDefinition,
  BenchmarkFiles,
  DataFile,
  DataNote,
  DataProblem,
  FileRole,
  ReadResult,
} from "./benchmark.ts";
import { readJsonRecords } from "./dataFile.ts";
import type { Item, Option } from "./item.ts";
import { otherLanguages } from "./language.ts";
import { JsonObject, type Json } from "./orderedJson.ts";
import { questionText } from "./questionText.ts";

/** An object of a data file with its place. */
export interface ObjectRecord {
  readonly file: DataFile;
  readonly object: JsonObject;
  readonly line: number;
  readonly row: number;
  /** How messages call the record, where its line may not tell it from others. */
  readonly name?: string;
}

/** Where a record stands, for messages. */
export type RecordPlace = Omit<ObjectRecord, "object">;

/** An item without what the reading adds; `language` where it is not the benchmark's. */
export type ItemDraft = Omit<Item, "benchmark" | "language" | "sourceRow"> & { readonly language?: string };

/** Family of benchmarks that are a user's own file. */
export const ownFamily = "own";

const otherLanguageHint =
  "Files of several languages may have the same name: name the folder of the right one. Questions in a language that " +
  "no benchmark has can be evaluated as your own.";

const loneSurrogate = /\p{Surrogate}/u;

/** `A` for 0, `B` for 1, … up to `Z`. */
export function letter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** Options labelled A, B, C, … */
export function letteredOptions(texts: readonly string[]): Option[] {
  return texts.map((text, index) => ({ label: letter(index), text }));
}

/** Plain values for zod. Key order, which plain objects do not keep, does not matter where this is used. */
export function toPlain(value: Json): unknown {
  if (value instanceof JsonObject) {
    const plain = Object.create(null) as Record<string, unknown>;
    for (const [key, element] of value) plain[key] = toPlain(element);
    return plain;
  }
  return Array.isArray(value) ? value.map(toPlain) : value;
}

function hasRepeatedKeys(value: Json): string | undefined {
  if (value instanceof JsonObject) {
    if (value.repeatedKeys.length > 0) return value.repeatedKeys[0];
    return firstRepeated([...value.values()]);
  }
  return Array.isArray(value) ? firstRepeated(value) : undefined;
}

function firstRepeated(values: readonly Json[]): string | undefined {
  for (const value of values) {
    const repeated = hasRepeatedKeys(value);
    if (repeated !== undefined) return repeated;
  }
  return undefined;
}

/** What the reading of one benchmark has gathered so far: items that passed the checks, and everything else by place. */
export class Reading {
  readonly items: Item[] = [];
  readonly shotPool: Item[] = [];
  readonly problems: DataProblem[] = [];
  readonly notes: DataNote[] = [];
  private readonly definition: BenchmarkDefinition;
  private readonly byId = { items: new Map<string, ItemDraft>(), shotPool: new Map<string, ItemDraft>() };
  private readonly files: BenchmarkFiles;
  private readonly used = new Set<FileRole>();
  private repeated = 0;
  private leftOut = 0;

  constructor(definition: BenchmarkDefinition, files: BenchmarkFiles) {
    this.definition = definition;
    this.files = files;
  }

  /** The file of this role, on which the result then depends. */
  file(role: FileRole): DataFile | undefined {
    const file = this.files.get(role);
    if (file !== undefined) this.used.add(role);
    return file;
  }

  get language(): string {
    return this.definition.language;
  }

  /** The file that examples for few-shot prompts are taken from: `train`, or `dev` where there is no `train`. */
  shotFile(): { readonly file: DataFile; readonly split: "train" | "dev" } | undefined {
    const split = this.files.has("train") ? "train" : "dev";
    const file = this.file(split);
    return file && { file, split };
  }

  /** Tells where the pool comes from, once it is read. */
  noteShotSource({ file, split }: { readonly file: DataFile; readonly split: string }, remark = ""): void {
    this.note(
      "shotSource",
      this.shotPool.length,
      `Few-shot examples come from the ${split} split, ${file.path}${remark}.`,
    );
  }

  fileProblem(file: DataFile, message: string, details: { line?: number; field?: string; hint?: string } = {}): void {
    const place = { file: file.path, line: details.line, field: details.field };
    this.problems.push({ scope: "file", message, place, hint: details.hint });
  }

  /** What makes a record unusable; said once for each record, so that the problems are as many as the records. */
  recordProblem(at: RecordPlace, field: string | undefined, message: string, hint?: string): void {
    const text = at.name === undefined ? message : `In ${at.name}: ${message}`;
    this.problems.push({ scope: "record", message: text, place: { file: at.file.path, line: at.line, field }, hint });
  }

  /** What reading a file's text gave; a loop, because a list of arguments may not be as long as a file. */
  addProblems(problems: readonly DataProblem[]): void {
    for (const problem of problems) this.problems.push(problem);
  }

  note(kind: DataNote["kind"], count: number, message: string): void {
    if (count > 0) this.notes.push({ kind, count, message });
  }

  /** Counts a row of a copy that is known to hold such rows; anywhere else an unusable record is a problem. */
  leaveOut(): void {
    this.leftOut++;
  }

  /** Objects of a JSON array or of JSON lines; anything else in the file becomes a problem. */
  objects(file: DataFile): ObjectRecord[] {
    const { records, problems } = readJsonRecords(file);
    this.addProblems(problems);
    return records.flatMap(({ value, ...at }) => this.object(value, { file, ...at }) ?? []);
  }

  /** The value as an object whose keys are unique all the way down; a problem and undefined otherwise. */
  object(value: Json, at: RecordPlace): ObjectRecord | undefined {
    if (!(value instanceof JsonObject)) {
      this.recordProblem(at, undefined, "The record is not a JSON object.");
      return undefined;
    }
    const repeated = hasRepeatedKeys(value);
    if (repeated !== undefined) {
      this.recordProblem(at, repeated, "The key occurs twice, so one of its values would be lost.");
      return undefined;
    }
    return { ...at, object: value };
  }

  /**
   * Checks a value against a schema; on failure the record has one problem, which says everything that is wrong.
   * @param hint what to do about it, where the reader knows better
   */
  parse<T>(schema: z.ZodType<T>, value: unknown, at: RecordPlace, hint?: string): T | undefined {
    const checked = checkSchema(value, schema);
    if ("value" in checked) return checked.value;
    const [first, ...others] = checked.problems;
    const further = others.map((problem) => ` ${fieldOf(problem) ?? ""}: ${problem.message}`);
    this.recordProblem(at, fieldOf(first!), first!.message + further.join(""), hint ?? first!.hint);
    return undefined;
  }

  /**
   * Keeps the item if it is sound: unique id, two options or more, none empty, valid text, answers among the options.
   * A record that repeats an earlier one in everything is counted and left out.
   */
  add(target: "items" | "shotPool", draft: ItemDraft, at: RecordPlace): void {
    const earlier = this.byId[target].get(draft.id);
    if (earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(draft)) {
      this.repeated++;
      return;
    }
    const fault = this.fault(target, draft);
    if (fault !== undefined) {
      this.recordProblem(at, fault.field, fault.message);
      return;
    }
    this.byId[target].set(draft.id, draft);
    const { id: benchmark, language } = this.definition;
    this[target].push({ ...draft, benchmark, language: draft.language ?? language, sourceRow: at.row });
  }

  private fault(target: "items" | "shotPool", draft: ItemDraft): { field: string; message: string } | undefined {
    const { options, answers } = draft;
    if (this.byId[target].has(draft.id)) {
      return { field: "id", message: `The id ${draft.id} belongs to another question too.` };
    }
    if (draft.question === "") return { field: "question", message: "The question is empty." };
    if (options.length < 2) return { field: "options", message: "There are fewer than two options." };
    if (options.length > 26) return { field: "options", message: `${options.length} options: 26 is the most.` };
    if (new Set(options.map(({ label }) => label)).size < options.length) {
      return { field: "options", message: "Two options have the same label." };
    }
    const empty = options.find(({ text }) => text === "");
    if (empty !== undefined) return { field: "options", message: `Option ${empty.label} is empty.` };
    const halved = halvedField(draft);
    if (halved !== undefined) {
      const message = "The text holds half of a surrogate pair, which is no Unicode character.";
      return { field: halved, message };
    }
    if (answers.length === 0) return { field: "answer", message: "No option is marked as right." };
    if (answers.some((answer) => !Number.isInteger(answer) || answer < 0 || answer >= options.length)) {
      return { field: "answer", message: "The answer is none of the options." };
    }
    if (this.definition.answers === "single" && answers.length > 1) {
      return { field: "answer", message: "More than one option is marked as right." };
    }
    const blank = answers.map((answer) => options[answer]!).find(({ text }) => text.trim() === "");
    if (blank !== undefined) return { field: "options", message: `Option ${blank.label}, the right one, is blank.` };
    return undefined;
  }

  /** A file of another language than the benchmark's has the wrong name; of own questions it is worth a note only. */
  private checkLanguages(): void {
    if (this.definition.family === ownFamily) {
      for (const { items, message } of otherLanguages(this.items)) {
        this.note("otherLanguage", items, `${message} The key "language" says which language they are in.`);
      }
      return;
    }
    const shotFile = this.files.get("train") ?? this.files.get("dev");
    for (const { message } of otherLanguages(this.items)) {
      this.fileProblem(this.files.get("test")!, message, { hint: otherLanguageHint });
    }
    for (const { message } of otherLanguages(this.shotPool)) {
      this.fileProblem(shotFile ?? this.files.get("test")!, message, { hint: otherLanguageHint });
    }
  }

  result(): ReadResult {
    const { items, shotPool, problems, notes } = this;
    this.checkLanguages();
    const pool = new Set(shotPool.map(questionText));
    const overlap = pool.size === 0 ? 0 : items.filter((item) => pool.has(questionText(item))).length;
    this.note(
      "unusableRows",
      this.leftOut,
      `Rows of the copy without a recognisable answer, left out: ${this.leftOut}.`,
    );
    this.note(
      "repeatedRecords",
      this.repeated,
      `Records that repeat an earlier one in everything, and are left out: ${this.repeated}.`,
    );
    this.note(
      "shotOverlap",
      overlap,
      `Questions that are among the few-shot examples too: ${overlap}. None of them is an example for itself.`,
    );
    return { items, shotPool, problems, notes, used: [...this.used] };
  }
}

/** The field that cannot be written as UTF-8. Two ids with different halves would become the same id. */
function halvedField({ id, question, context, options, subject = "", language = "" }: ItemDraft): string | undefined {
  const texts: Record<string, readonly string[]> = {
    id: [id],
    question: [question],
    context,
    options: options.flatMap(({ label, text }) => [label, text]),
    subject: [subject],
    language: [language],
  };
  return Object.keys(texts).find((field) => texts[field]!.some((text) => loneSurrogate.test(text)));
}

/** The same for who takes no few-shot examples: nothing is said of them. */
export function withoutShots(result: ReadResult): ReadResult {
  const ofShots: readonly DataNote["kind"][] = ["shotSource", "shotOverlap"];
  return { ...result, shotPool: [], notes: result.notes.filter(({ kind }) => !ofShots.includes(kind)) };
}

/** The problem as the error that it becomes when reading must not go on. */
export function toDataError(problem: DataProblem): DataError {
  return new DataError(problem.message, { place: problem.place, hint: problem.hint });
}

/**
 * Decides whether what was read may be evaluated.
 * @param strict whether one malformed record is enough to refuse
 * @throws DataError for the first problem that concerns a whole file, for any problem when strict, and when no item is left
 */
export function requireUsable(
  definition: BenchmarkDefinition,
  result: ReadResult,
  { strict = false }: { readonly strict?: boolean },
): void {
  const fatal = result.problems.find(({ scope }) => strict || scope === "file");
  if (fatal !== undefined) throw toDataError(fatal);
  if (result.items.length > 0) return;
  const first = result.problems[0];
  if (first !== undefined) throw toDataError(first);
  throw new DataError(`No question for ${definition.id} in its files.`, {
    hint: "The files are empty or hold another split.",
  });
}
