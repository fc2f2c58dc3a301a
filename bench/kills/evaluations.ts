import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Command, repository } from "./command.ts";
import type { Job, Work } from "./job.ts";

const questions = 60;

/** Evaluations of the sample model on questions of their own. */
export async function prepareEvaluations(folder: string): Promise<Work> {
  await mkdir(folder, { recursive: true });
  const options = ["Heart", "Liver", "Lung", "Spleen"];
  const lines = Array.from({ length: questions }, (_, id) =>
    JSON.stringify({ question: `Which organ is number ${id}?`, options, answer: "ABCD"[id % 4] }),
  );
  await writeFile(join(folder, "questions.jsonl"), lines.join("\n") + "\n");
  const evaluate = (place: string) => [
    ...["eval", "--model", join(repository, "samples/models/stories260k.f32.gguf"), "--benchmark", "questions.jsonl"],
    ...["--threads", "1", "--gpu", "none", "--runs", `${place}/runs`],
  ];
  const command = new Command(evaluate("whole"), folder);
  if ((await command.end()) !== 0) throw new Error(command.stderr);
  const expected = await readResult(folder, "whole");

  const begin = (place: string): Promise<Job> => {
    const runs = join(folder, place, "runs");
    const rows = () => linesOf(runs, "items.jsonl").length;
    return Promise.resolve({
      folder,
      command: evaluate(place),
      resume: ["runs", "resume", "latest", "--runs", `${place}/runs`],
      runs,
      moments: [
        ["at the start", (random) => ({ after: random() * 400 })],
        [
          "while it loads",
          (random) => ({ until: () => linesOf(runs, "events.jsonl").length > 0, after: random() * 300 }),
        ],
        ["between items", (random) => rowsBeyond(rows, rows() + 1 + Math.floor(random() * 12))],
        ["between items", (random) => rowsBeyond(rows, rows() + 1 + Math.floor(random() * 12))],
        ["after the last item", (random) => ({ until: () => rows() === questions, after: random() * 60 })],
      ],
      phase() {
        if (linesOf(runs, "events.jsonl").length === 0) return "not begun";
        const count = rows();
        if (count === questions) return linesOf(runs, "summary.json").length > 0 ? "summarised" : "all items";
        return count === 0 ? "loading" : "between items";
      },
      check() {
        const keys = linesOf(runs, "items.jsonl").map((line) => (JSON.parse(line) as { item: string }).item);
        if (new Set(keys).size !== keys.length) throw new Error(`${runs}: an item was evaluated twice.`);
      },
      async compare() {
        const found = await readResult(folder, place);
        for (const key of ["rows", "summary", "report"] as const) {
          if (!isDeepStrictEqual(found[key], expected[key])) throw new Error(`${runs}: ${key} differ.`);
        }
        return { rows: found.rows.length, reports: 1 };
      },
    });
  };
  return { name: "evaluation", begin };
}

function rowsBeyond(rows: () => number, count: number) {
  return { until: () => rows() >= count, after: 0 };
}

/** Complete lines of a file of the only run; none while there is no run. */
function linesOf(runs: string, file: string): string[] {
  const [name] = existsSync(runs) ? readdirSync(runs).filter((entry) => !entry.startsWith(".")) : [];
  const path = join(runs, name ?? "", file);
  if (name === undefined || !existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").slice(0, -1);
}

/** Rows, summary and printed report of the only run, without what the work cost and when it was done. */
async function readResult(folder: string, place: string) {
  const runs = join(folder, place, "runs");
  const withoutCost = (text: string): unknown =>
    JSON.parse(text, (key, value: unknown) =>
      ["cost", "milliseconds", "evaluatedTokens"].includes(key) ? undefined : value,
    );
  const report = new Command(["report", "latest", "--runs", `${place}/runs`, "--format", "markdown"], folder);
  if ((await report.end()) !== 0) throw new Error(report.stderr);
  return {
    rows: linesOf(runs, "items.jsonl").map(withoutCost),
    summary: withoutCost(linesOf(runs, "summary.json").join("\n")),
    // How many tokens a second is no part of the result.
    report: report.stdout.replace(/\d+ (?=\| lm-eval)/, ""),
  };
}
