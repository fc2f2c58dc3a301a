// Reads mutated inputs with everything that reads files of others: npx tsx test/fuzz/main.ts --runs 1000000 --seed 1
// With --show RUN it prints the input of a number.
import { parseArgs } from "node:util";
import { fuzz, inputOf } from "./fuzz.ts";
import { allTargets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    from: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    show: { type: "string" },
    only: { type: "string" },
  },
});
const seed = Number(values.seed);
const targets = await allTargets();
if (values.show !== undefined) {
  const run = Number(values.show);
  const target = targets[run % targets.length]!;
  console.log(target.name, JSON.stringify(inputOf(target, seed, run)));
} else {
  const chosen = targets.filter(({ name }) => values.only === undefined || name.includes(values.only));
  const runs = { from: Number(values.from), count: Number(values.runs) };
  const report = await fuzz(chosen, seed, runs, (done) => console.error(`${done} of ${runs.count}`));
  for (const [name, { read, refused, slowest, slowestRun }] of report.counts) {
    console.log(`${name}: ${read} read, ${refused} refused, slowest ${slowest.toFixed(0)} ms (run ${slowestRun})`);
  }
  for (const { target, run, problem } of report.failures.slice(0, 50))
    console.log(`\n${target}, run ${run}: ${problem}`);
  console.log(`\n${report.failures.length} failures in ${runs.count} inputs, seed ${seed}`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
