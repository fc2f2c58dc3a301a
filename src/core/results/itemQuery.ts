import type { Item } from "../benchmarks/item.ts";
import { RunError } from "../errors.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import {
  confidenceOf,
  itemHead,
  lowConfidence,
  questionExcerpt,
  type ItemFilter,
  type ItemPage,
  type ItemRow,
  type ItemSort,
} from "./items.ts";

/** One benchmark's items of one run, by {@link itemName}, in the order of items.jsonl. */
export type RunItems = ReadonlyMap<string, ItemRecord>;

/** A benchmark's questions by id, or why there are none to show. */
export type Questions = { readonly items: ReadonlyMap<string, Item> } | { readonly missing: string };

export interface ItemQuery {
  readonly filter: ItemFilter;
  readonly sort?: ItemSort;
  readonly offset: number;
  readonly limit: number;
}

/** The same for the same item of a benchmark in the same draw, and different for every other. */
export function itemName({ item, draw }: Pick<ItemRecord, "item" | "draw">): string {
  return `${draw} ${item}`;
}

/** An item with what each run has of it. At least one run has it. */
interface Entry {
  readonly head: ItemRecord;
  readonly records: readonly (ItemRecord | undefined)[];
}

/**
 * A window of the items of a benchmark that at least one of the runs has.
 * @throws RunError when filter or order are about a run that is not there
 */
export function queryItems(runs: readonly RunItems[], questions: Questions, query: ItemQuery): ItemPage {
  const { filter, sort, offset, limit } = query;
  for (const index of [filter.run, sort?.run]) {
    if (index !== undefined && index >= runs.length) {
      throw new RunError(`There is no run ${index + 1} among the ${runs.length} shown.`);
    }
  }
  const entries = entriesOf(runs);
  const texts = "items" in questions ? questions.items : undefined;
  const matches = matcher(filter, texts);
  const chosen = entries.filter(matches);
  if (sort !== undefined) chosen.sort(comparer(sort));
  return {
    total: chosen.length,
    subjects: [...new Set(entries.flatMap(({ head }) => head.subject ?? []))].sort(collator.compare),
    draws: entries.reduce((most, { head }) => Math.max(most, head.draw + 1), 1),
    ...("missing" in questions && { textMissing: questions.missing }),
    rows: chosen.slice(offset, offset + limit).map((entry) => rowOf(entry, texts?.get(entry.head.item))),
  };
}

/** In the order of the first run; what only later ones have follows. */
function entriesOf(runs: readonly RunItems[]): Entry[] {
  const names = new Set(runs.flatMap((run) => [...run.keys()]));
  return [...names].map((name) => {
    const records = runs.map((run) => run.get(name));
    return { head: records.find((record) => record !== undefined)!, records };
  });
}

function matcher(filter: ItemFilter, texts: ReadonlyMap<string, Item> | undefined): (entry: Entry) => boolean {
  const { outcome, run, subject } = filter;
  const search = filter.search?.toLowerCase() ?? "";
  const ofRuns = (entry: Entry): readonly (ItemRecord | undefined)[] =>
    run === undefined ? entry.records : [entry.records[run]];
  return (entry) =>
    (subject === undefined || entry.head.subject === subject) &&
    hasOutcome(entry.records, ofRuns(entry), outcome) &&
    (search === "" || searchedTexts(entry, texts?.get(entry.head.item)).some((text) => contains(text, search)));
}

function hasOutcome(
  all: Entry["records"],
  records: readonly (ItemRecord | undefined)[],
  outcome: ItemFilter["outcome"],
): boolean {
  const some = (test: (record: ItemRecord) => boolean): boolean =>
    records.some((record) => record !== undefined && test(record));
  switch (outcome) {
    case "all":
      return some(() => true);
    case "right":
      return some(({ correct }) => correct);
    case "wrong":
      return some(({ correct }) => !correct);
    case "invalid":
      return some(({ valid, failure }) => !valid && failure === undefined);
    case "failed":
      return some(({ failure }) => failure !== undefined);
    case "flipped":
      return new Set(all.flatMap((record) => record?.correct ?? [])).size > 1;
    case "lowConfidence":
      return some((record) => (confidenceOf(record) ?? 1) < lowConfidence);
  }
}

function searchedTexts({ head, records }: Entry, question: Item | undefined): string[] {
  const written = records.flatMap((record) => (record?.answer?.scoring === "generation" ? record.answer.text : []));
  const asked =
    question === undefined ? [] : [question.question, ...question.context, ...question.options.map(({ text }) => text)];
  return [head.item, ...written, ...asked];
}

function contains(text: string, lowerCase: string): boolean {
  return text.toLowerCase().includes(lowerCase);
}

/** Numbers in ids count as numbers: test-2 comes before test-10. */
const collator = new Intl.Collator("en", { numeric: true });

/** What has no subject or no confidence comes last, whichever way it is sorted. */
function comparer({ by, run = 0, descending = false }: ItemSort): (a: Entry, b: Entry) => number {
  const sign = descending ? -1 : 1;
  switch (by) {
    case "item":
      return (a, b) => sign * collator.compare(a.head.item, b.head.item) || a.head.draw - b.head.draw;
    case "subject":
      return (a, b) =>
        absentLast(a.head.subject, b.head.subject, (first, second) => sign * collator.compare(first, second));
    case "confidence": {
      const confidences = new Map<Entry, number | null>();
      const of = (entry: Entry): number | undefined => {
        const record = entry.records[run];
        if (!confidences.has(entry)) confidences.set(entry, record === undefined ? null : confidenceOf(record));
        return confidences.get(entry) ?? undefined;
      };
      return (a, b) => absentLast(of(a), of(b), (first, second) => sign * (first - second));
    }
  }
}

function absentLast<T>(a: T | undefined, b: T | undefined, compare: (a: T, b: T) => number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compare(a, b);
}

function rowOf({ head, records }: Entry, question: Item | undefined): ItemRow {
  return {
    ...itemHead(head),
    question: question === undefined ? null : excerpt(question.question),
    answers: records.map((record) => {
      if (record === undefined) return null;
      const { prediction, labels, correct, valid, failure } = record;
      return {
        prediction: prediction === null ? null : (labels[prediction] ?? null),
        correct,
        valid,
        failed: failure !== undefined,
        confidence: confidenceOf(record),
      };
    }),
  };
}

/** The first characters, none of them cut in two. */
function excerpt(text: string): string {
  return [...text.slice(0, 2 * questionExcerpt)].slice(0, questionExcerpt).join("");
}
