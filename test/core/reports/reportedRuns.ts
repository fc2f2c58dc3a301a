import type { Item } from "../../../src/core/benchmarks/item.ts";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../../src/core/evaluation/registry.ts";
import {
  EvaluationSummarizer,
  type RunNotices,
  type SummaryGroup,
} from "../../../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { ReportedRun } from "../../../src/core/reports/report.ts";
import type { ItemRecord } from "../../../src/core/runs/itemRecord.ts";
import { recordOf } from "../../support/goldenRecords.ts";

function question(benchmark: string, id: string, gold: number): Item {
  return {
    id,
    benchmark,
    split: "test",
    question: "",
    context: [],
    options: ["A", "B", "C", "D"].map((label) => ({ label, text: label })),
    answers: [gold],
    language: "en",
    sourceRow: 0,
  };
}

/** An lm-eval record in which the model prefers the option at `answer`. */
export function continuationsRecord(
  benchmark: string,
  id: string,
  answer: number,
  gold: number,
  fields: Partial<ItemRecord> = {},
): ItemRecord {
  const logLikelihoods = [0, 1, 2, 3].map((index) => (index === answer ? -1 : -3));
  return recordOf(
    lmEval,
    resolveParameters(lmEval),
    question(benchmark, id, gold),
    {
      scoring: "continuations",
      logLikelihoods,
      tokenCounts: [1, 1, 1, 1],
      characters: [1, 1, 1, 1],
      bytes: [1, 1, 1, 1],
      greedy: logLikelihoods.map(() => false),
    },
    fields,
  );
}

/** A BioMistral record: `next` is the most probable token of all, `label` the most probable letter. */
export function nextTokenRecord(
  benchmark: string,
  id: string,
  next: string,
  label: number,
  gold: number,
  fields: Partial<ItemRecord> = {},
): ItemRecord {
  const answer = {
    scoring: "nextToken" as const,
    next: { token: 1, text: next, logProbability: -0.5 },
    labelLogProbabilities: [0, 1, 2, 3].map((index) => (index === label ? -1 : -4)),
  };
  return recordOf(bioMistral, resolveParameters(bioMistral), question(benchmark, id, gold), answer, fields);
}

export function reportedRun(
  run: string,
  model: string,
  protocol: typeof lmEval | typeof bioMistral,
  records: readonly ItemRecord[],
  fields: Partial<ReportedRun> = {},
  groups: readonly SummaryGroup[] = [],
  notices?: RunNotices,
): ReportedRun {
  const summarizer = new EvaluationSummarizer<unknown>(
    protocol as typeof lmEval as never,
    resolveParameters(protocol as never),
    groups,
    notices,
  );
  for (const record of records) summarizer.add(record);
  const sha256 = "0".repeat(64);
  return {
    run,
    label: model,
    model,
    manifest: {
      title: run,
      created: "2026-01-31T14:15:02.000Z",
      state: "finished",
      seed: 1234,
      inputs: [{ role: "model", name: model, path: `/models/${model}`, sha256 }],
      identity: { model: sha256, limit: "2" },
      fingerprint: sha256,
      versions: { medley: "1.2.3" },
      host: { name: "h", os: "o", architecture: "a", cpu: "c", cores: 1, memoryBytes: 1 },
    },
    summary: summarizer.summary(),
    ...fields,
  };
}
