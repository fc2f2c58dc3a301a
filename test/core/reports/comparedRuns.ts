import type { ComparedAnswer, ComparedRun } from "../../../src/core/reports/comparedRun.ts";

/** Answers to items 0, 1, 2, …: `+` right, `-` wrong, `!` failed. */
export function answers(marks: string, fields: Partial<ComparedAnswer> = {}): ComparedAnswer[] {
  return [...marks].map((mark, index) => ({
    item: `item-${index}`,
    draw: 0,
    score: mark === "+" ? 1 : 0,
    answer: mark === "+" ? "A" : mark === "!" ? "failed" : "B",
    failed: mark === "!",
    rightLabel: "A",
    rightOptions: "0",
    promptSha256: `prompt ${index}`,
    ...fields,
  }));
}

export function comparedRun(
  name: string,
  benchmarks: Readonly<Record<string, readonly ComparedAnswer[]>>,
  identity: Readonly<Record<string, string>> = {},
  metric = "accuracy",
  groups: ComparedRun["groups"] = [],
): ComparedRun {
  return {
    name,
    identity: { model: name, ...identity },
    groups,
    benchmarks: new Map(Object.entries(benchmarks).map(([id, list]) => [id, { metric, answers: list }])),
  };
}
