/** One answer option as the dataset gives it. Text is verbatim: never trimmed, never normalised. */
export interface Option {
  /** The dataset's own label where it has one (`A`, `a`, `1`), otherwise a letter from A on. */
  readonly label: string;
  readonly text: string;
}

/** One multiple-choice question. All text is verbatim; what a protocol trims, it trims itself. */
export interface Item {
  /** Stable and unique within the benchmark: the dataset's own id where it has one, otherwise split and source row. */
  readonly id: string;
  /** Id of the benchmark that it was read from, for example `medqa-4`. */
  readonly benchmark: string;
  readonly split: string;
  readonly question: string;
  /** Paragraphs that come before the question (PubMed abstracts); empty for most benchmarks. */
  readonly context: readonly string[];
  readonly options: readonly Option[];
  /**
   * Zero-based indices into `options` of the right ones, ascending. Exactly one for everything that is scored by
   * accuracy; several only for TruthfulQA's mc2.
   */
  readonly answers: readonly number[];
  readonly subject?: string;
  /** BCP 47 language tag, for example `en`, `ar`. */
  readonly language: string;
  /** Zero-based record number in the source file. */
  readonly sourceRow: number;
}
