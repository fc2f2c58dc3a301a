import type { Place } from "../errors.ts";
import type { Item } from "./item.ts";

/**
 * What a file is to its benchmark: `test` holds the questions that are evaluated; `train` and `dev` hold examples for
 * few-shot prompts; `labels` says which questions are the official test (PubMedQA); `categories` says which category
 * a question has (TruthfulQA).
 */
export type FileRole = "test" | "train" | "dev" | "labels" | "categories";

export interface Licence {
  /** SPDX identifier, for example `MIT`. */
  readonly name: string;
  /** Copyright line, or where the licence is stated. */
  readonly notice: string;
}

/** One published version of a file, recognised by its content. */
export interface KnownFile {
  readonly sha256: string;
  readonly bytes: number;
  /** Name that a download gets, where it is not the specification's first. */
  readonly name?: string;
  /** What tells this version from the others, for example `817 questions (2021)`. */
  readonly version?: string;
  /** Public addresses of exactly this content, tried in order. None: it cannot be fetched, only found. */
  readonly urls: readonly string[];
  /** Set where the file has another licence than its benchmark. */
  readonly licence?: Licence;
}

export interface FileSpecification {
  readonly role: FileRole;
  /** Whether the benchmark cannot be read without it. */
  readonly required: boolean;
  /**
   * Names under which it is found when its content is not known: a file name (`test_ground_truth.json`) or the end of
   * a path (`medmcqa/dev.json`), compared without regard to case. The first is the name that a download gets.
   */
  readonly names: readonly string[];
  /** In order of preference when several are found. */
  readonly known: readonly KnownFile[];
}

/** A file as read. */
export interface DataFile {
  /** As the user should see it in messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Set when the content is that of a known version. */
  readonly known?: KnownFile;
}

export type BenchmarkFiles = ReadonlyMap<FileRole, DataFile>;

/** Something in a data file that does not have the documented form. It costs one record, or the whole file. */
export interface DataProblem {
  readonly scope: "record" | "file";
  readonly message: string;
  readonly place: Place;
  readonly hint?: string;
}

/** Something about the data that a reader of the number should know, but that is not wrong. */
export interface DataNote {
  readonly kind:
    | "severalAnswers"
    | "missingImage"
    | "duplicateOptions"
    | "placeholderOptions"
    | "positionalOptions"
    | "emptyOptions"
    | "repeatedRecords"
    | "unusableRows"
    | "unlabelled"
    | "notInCategories"
    | "otherLanguage"
    | "shotSource"
    | "shotOverlap"
    | "excludedShots"
    | "uncountedAnswers"
    | "partialTest"
    | "ignoredFields";
  readonly message: string;
  /** Number of items or records that it is about. */
  readonly count: number;
}

export interface ReadResult {
  /** The evaluated split, in the order of the file. */
  readonly items: readonly Item[];
  /** Where few-shot examples are drawn from, in the order of the file; empty when the file is not at hand. */
  readonly shotPool: readonly Item[];
  /** Of scope `record`: one for each record that is left out. */
  readonly problems: readonly DataProblem[];
  /** About the files; what is to be said about the options of chosen items is in {@link itemNotes}. */
  readonly notes: readonly DataNote[];
  /** Roles of the files that the items and the pool depend on; of several sources of shots only one is used. */
  readonly used: readonly FileRole[];
}

export interface ReadOptions {
  /**
   * MedMCQA only: whether `cop` counts from 0 (Hugging Face) or from 1 (the original files). Needed only where the
   * values of a file fit both.
   */
  readonly copBase?: 0 | 1;
}

export interface BenchmarkDefinition {
  /** For example `medqa-4`, `mmlu-anatomy`. */
  readonly id: string;
  readonly title: string;
  /** Datasets with one file format and one home, for example `medqa`. */
  readonly family: string;
  /** BCP 47 language tag. */
  readonly language: string;
  readonly licence: Licence;
  readonly citation: string;
  readonly homepage: string;
  /** `several`: an item may have more than one right option (TruthfulQA's mc2); accuracy does not apply. */
  readonly answers: "single" | "several";
  /** The right option is the first one in every item: a protocol that shows the options must shuffle them. */
  readonly answerAlwaysFirst?: true;
  readonly split: string;
  /** Number of items in the evaluated split, one figure a published version, the preferred version first. */
  readonly sizes: readonly number[];
  readonly files: readonly FileSpecification[];
  /** Pure. Never throws for what is in the files: everything wrong is among the problems. */
  read(files: BenchmarkFiles, options?: ReadOptions): ReadResult;
}

export interface BenchmarkGroup {
  readonly id: string;
  readonly title: string;
  /** Ids of benchmarks, in the order in which they are reported. */
  readonly members: readonly string[];
}
