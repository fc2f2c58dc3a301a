import type { Item } from "../benchmarks/item.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import type { Questions } from "./itemQuery.ts";
import { confidenceOf, itemHead, logLikelihoodsOf, type ItemAnswer, type ItemDetail } from "./items.ts";

/** A run's record of an item, and what the run is called. */
export interface RecordOfRun {
  readonly run: string;
  readonly label: string;
  readonly record: ItemRecord | undefined;
}

/** Everything that the runs say about an item; at least one of them must have it. */
export function describeItem(records: readonly RecordOfRun[], questions: Questions): ItemDetail {
  const head = records.find(({ record }) => record !== undefined)!.record!;
  const question = "items" in questions ? questions.items.get(head.item) : undefined;
  const missing = "missing" in questions ? questions.missing : `The data has no item ${head.item} any more.`;
  return {
    ...itemHead(head),
    ...(question === undefined
      ? { context: [], question: null, options: null, textMissing: missing }
      : textsOf(question)),
    gold: head.gold.flatMap((position) => head.order[position] ?? []).sort((a, b) => a - b),
    runs: records.map(({ run, label, record }) => (record === undefined ? null : answerOf(run, label, record))),
  };
}

function textsOf({ context, question, options }: Item): Pick<ItemDetail, "context" | "question" | "options"> {
  return { context: [...context], question, options: options.map(({ text }) => text) };
}

function answerOf(run: string, label: string, record: ItemRecord): ItemAnswer {
  const { order, labels, prediction, valid, correct, metrics, probabilities, failure, answer } = record;
  const { shots, promptTokens, truncatedTokens, droppedShots, milliseconds } = record;
  const logLikelihoods = logLikelihoodsOf(answer);
  const text = answer?.scoring === "generation" ? answer.text : nextText(answer);
  return {
    run,
    label,
    order,
    labels,
    prediction,
    valid,
    correct,
    confidence: confidenceOf(record),
    metrics,
    ...(probabilities !== undefined && { probabilities }),
    ...(logLikelihoods !== undefined && { logLikelihoods }),
    ...(text !== undefined && { text }),
    ...(failure !== undefined && { failure }),
    shots,
    promptTokens,
    truncatedTokens,
    droppedShots,
    milliseconds,
  };
}

/** The most probable token of the whole vocabulary, where that is what was asked for. */
function nextText(answer: ItemRecord["answer"]): string | undefined {
  return answer?.scoring === "nextToken" ? answer.next.text : undefined;
}
