import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Item, Option } from "../../src/core/benchmarks/item.ts";
import type { ShotsSetting } from "../../src/core/evaluation/shotSource.ts";

/** One item of a result file of lm-evaluation-harness; see test/fixtures/evaluation/README.md. */
export interface LmEvalGoldenItem {
  doc_id: number;
  id: string;
  context_sha256: string;
  context_tokens: number;
  context_ids_sha256: string;
  truncated: boolean[];
  choices: string[];
  cont_ids: number[][];
  cont_tokens: number[];
  loglik: number[];
  loglik_unconditional?: number[];
  is_greedy: boolean[];
  pred: number;
  pred_norm?: number;
  pred_bytes?: number;
  gold: number | number[];
  margin: number;
  metrics: Record<string, number>;
  shots?: number[];
}

export interface LmEvalGolden {
  task: string;
  model: string;
  num_fewshot: number;
  bos: "default" | "none";
  max_length: number;
  n_truncated: number;
  results: Record<string, number | string>;
  items: LmEvalGoldenItem[];
}

export interface BioMistralGolden {
  task: string;
  num_fewshot: number;
  results: Record<string, number>;
  items: {
    id: string;
    prompt_sha256: string;
    n_tokens: number;
    ids_sha256: string;
    letter_prob: Record<string, number>;
    argmax_id: number;
    argmax_text: string;
    argmax_prob: number;
    gold: string;
    constrained_pred: string;
    correct: boolean;
    correct_constrained: boolean;
    valid: boolean;
  }[];
}

export const goldenModels = ["stories260k", "nano-mistral", "nano-gpt2"] as const;

function read<T>(name: string): T {
  const file = new URL(`../fixtures/evaluation/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as T;
}

/** Result files of the harness by name, for example `medqa_4options.3shot.bos-default`. */
export function lmEvalGolden(model: (typeof goldenModels)[number]): [string, LmEvalGolden][] {
  return Object.entries(read<Record<string, LmEvalGolden>>(`lm-eval.${model}`));
}

export function bioMistralGolden(model: "nano-mistral" | "nano-gpt2"): [string, BioMistralGolden][] {
  return Object.entries(read<Record<string, BioMistralGolden>>(`biomistral.${model}`));
}

/** A task of the golden files in our terms. */
export interface GoldenTask {
  readonly benchmark: string;
  readonly items: Item[];
  readonly pool: Item[];
  readonly parameters: { format?: "cloze"; mutualInformation?: true };
  /** Set where the golden files do not use the task's own source. */
  readonly shots?: (count: number) => ShotsSetting;
}

const firstShots = (count: number): ShotsSetting => ({ kind: "first", count });

export function goldenTask(task: string): GoldenTask {
  const rows = rowsOf(task.replace(/_(fixed|pmi|continuation)$/, "").replace(/_mc[12]$/, "_mc"));
  const benchmark = benchmarkOf(task);
  return {
    benchmark,
    items: toItems(rows.test!, task, benchmark, "test"),
    pool: toItems(rows.train ?? rows.dev ?? [], task, benchmark, rows.train ? "train" : "dev"),
    parameters: {
      ...(task.endsWith("_continuation") && { format: "cloze" as const }),
      ...(task.endsWith("_pmi") && { mutualInformation: true as const }),
    },
    ...(task.endsWith("_fixed") && { shots: firstShots }),
  };
}

function benchmarkOf(task: string): string {
  if (task.startsWith("medqa_")) return `medqa-${task.charAt(6)}`;
  if (task.startsWith("mmlu_")) return `mmlu-${task.slice(5).replace(/_continuation$/, "")}`;
  return task.replace("_mc", "-mc");
}

type Row = Record<string, unknown> & { id: string; source_index: number };

let allRows: Record<string, Record<string, Row[]>> | undefined;

function rowsOf(directory: string): Record<string, Row[]> {
  allRows ??= read<Record<string, Record<string, Row[]>>>("rows");
  return allRows[directory]!;
}

function toItems(rows: Row[], task: string, benchmark: string, split: string): Item[] {
  return rows.map((row) => ({
    id: row.id,
    benchmark,
    split,
    language: "en",
    sourceRow: row.source_index,
    context: (row.CONTEXTS as string[] | undefined) ?? [],
    question: (row.sent1 ?? row.QUESTION ?? row.question) as string,
    ...optionsAndAnswers(row, task),
  }));
}

function optionsAndAnswers(row: Row, task: string): { options: Option[]; answers: number[] } {
  if (task.startsWith("medqa_4"))
    return single(
      [0, 1, 2, 3].map((k) => row[`ending${k}`]),
      row.label,
    );
  if (task.startsWith("medqa_5"))
    return single(Object.values(row.options as object), "ABCDE".indexOf(String(row.answer)));
  if (task === "medmcqa") return single([row.opa, row.opb, row.opc, row.opd], row.cop);
  if (task === "pubmedqa") {
    const decisions = ["yes", "no", "maybe"];
    return single(decisions, decisions.indexOf(String(row.final_decision)));
  }
  if (task.startsWith("truthfulqa")) {
    const targets = row[task.endsWith("mc1") ? "mc1_targets" : "mc2_targets"] as {
      choices: string[];
      labels: number[];
    };
    const answers = targets.labels.flatMap((label, index) => (label === 1 ? [index] : []));
    return { options: lettered(targets.choices), answers };
  }
  return single(row.choices as string[], row.answer);
}

const single = (texts: unknown[], answer: unknown) => ({ options: lettered(texts), answers: [Number(answer)] });
const lettered = (texts: unknown[]): Option[] =>
  texts.map((text, index) => ({ label: String.fromCharCode(65 + index), text: String(text) }));
