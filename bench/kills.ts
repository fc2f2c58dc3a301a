/**
 * Kills evaluations and merges, with and without --overwrite, at random moments of every phase, takes them up again with the
 * same command or `medley runs resume`, and compares what comes out with undisturbed ones: rows, summaries and reports, or
 * every byte. After each kill it looks whether what is left could be taken for a result. Ends with 1 at the first difference.
 * Usage: npm run build && npx tsx bench/kills.ts [--kills 300] [--seed 1] [--folder FOLDER]
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { PythonRandom } from "../src/core/random/pythonRandom.ts";
import { listRuns } from "../src/node/runs/runFolder.ts";
import { Command } from "./kills/command.ts";
import { prepareEvaluations } from "./kills/evaluations.ts";
import type { Job, Work } from "./kills/job.ts";
import { prepareMerges } from "./kills/merges.ts";

const { values: options } = parseArgs({
  options: {
    kills: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    folder: { type: "string" },
  },
});
const wanted = Number(options.kills);
const random = new PythonRandom(Number(options.seed));
const draw = () => random.random();
const pick = <T>(values: readonly T[]): T => values[Math.floor(draw() * values.length)]!;

/** Most signals come as a fault would; the others ask to stop, and are answered by going on later. */
const signals: readonly NodeJS.Signals[] = ["SIGKILL", "SIGKILL", "SIGKILL", "SIGKILL", "SIGTERM", "SIGINT"];
const mostKillsOfAJob = 8;

const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "medley-kills-")));
const works = [
  await prepareEvaluations(join(folder, "evaluations")),
  await prepareMerges(join(folder, "merges"), false),
  await prepareMerges(join(folder, "overwriting"), true),
];

let kills = 0;
const phases = new Map<string, number>();
const compared = new Map<string, number>();
const add = (counts: Map<string, number>, key: string, count = 1) => counts.set(key, (counts.get(key) ?? 0) + count);

for (let number = 0; kills < wanted; number++) await disturb(works[number % works.length]!, `job${number}`);

console.log(`${kills} kills, seed ${options.seed}`);
for (const [title, counts] of [
  ["how far the killed process had got", phases],
  ["equal to undisturbed work", compared],
] as const) {
  console.log(`${title}:`);
  for (const [key, count] of [...counts].sort()) console.log(`  ${key.padEnd(44)} ${String(count).padStart(6)}`);
}
if (options.folder === undefined) await rm(folder, { recursive: true });

async function disturb(work: Work, place: string): Promise<void> {
  const job = await work.begin(place);
  for (let kill = 0; kill < mostKillsOfAJob && kills < wanted && !(await isFinished(job)); kill++) {
    const [name, moment] = pick(job.moments);
    const { until, after } = moment(draw);
    const command = await start(job);
    if (until !== undefined) await command.until(until);
    const deadline = performance.now() + after;
    while (!command.ended && performance.now() < deadline) await sleep(1);
    const signal = pick(signals);
    if (!(await command.kill(signal))) {
      assert.ok(await isFinished(job), `${work.name}, ${name}: ${command.stderr}`);
      break;
    }
    kills++;
    add(phases, `${work.name}, ${signal === "SIGKILL" ? "killed" : "stopped"}: ${job.phase()}`);
    job.check();
  }
  if (!(await isFinished(job))) {
    const command = await start(job);
    assert.equal(await command.end(), 0, command.stderr);
  }
  for (const [what, count] of Object.entries(await job.compare())) add(compared, `${work.name}: ${what}`, count);
  add(compared, `${work.name}: jobs`);
}

/** Goes on as a person would: with the same command, or with the run. */
async function start(job: Job): Promise<Command> {
  const runs = await listRuns(job.runs);
  const resumable = runs.length > 0 && runs.at(-1)!.state !== "finished";
  return new Command(resumable && draw() < 0.5 ? job.resume : job.command, job.folder);
}

/** Whether a run says that it has finished. What it made is compared in any case. */
async function isFinished(job: Job): Promise<boolean> {
  return (await listRuns(job.runs)).some(({ state }) => state === "finished");
}
