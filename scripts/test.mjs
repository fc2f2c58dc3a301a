// `npm test`: installs what is missing, runs the layers in order, and ends with the line `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installPackages, installServer, installTransformers, repository, run } from "./install.mjs";

const usage = `npm test [-- LAYER …]

Runs the named layers, or all of them, in this order:
  format       Prettier has nothing to change
  lint         ESLint, with the layer rule
  typecheck    the TypeScript compiler
  build        every bundle builds
  unit         no model, no network, no VS Code; under a minute
  integration  real models through llama.cpp, real processes, faults
  e2e          the extension in a real VS Code, driven through a browser
unit, integration and e2e build first.`;

const bin = (name) => path.join(repository, "node_modules/.bin", name);

/** A layer that is one check: it passes when the command exits with 0. */
const check = (command, ...args) => ({
  async run() {
    const status = await run(command, args);
    return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  },
});

/** A layer of many tests, whose command leaves its totals in the file that MEDLEY_TEST_TOTALS names. */
const suite = (command, args, prepare = async () => {}) => ({
  needsBuild: true,
  async run() {
    await prepare();
    const folder = mkdtempSync(path.join(tmpdir(), "medley-totals-"));
    const file = path.join(folder, "totals.json");
    try {
      const status = await run(command, args, { env: { MEDLEY_TEST_TOTALS: file } });
      if (!existsSync(file)) throw new Error(`The tests ended with status ${status} before they could be counted.`);
      const totals = JSON.parse(readFileSync(file, "utf8"));
      if (totals.passed + totals.failed === 0) throw new Error("No test ran.");
      // A failing status with no failing test: something went wrong outside of the tests.
      return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

const reporter = path.join(repository, "scripts/totalsReporter.mjs");
const mocha = (config, style, prepare) =>
  suite(bin("mocha"), ["--config", config, "--reporter", reporter, "--reporter-option", `style=${style}`], prepare);

/** Two suites as one layer, the second after the first. */
const both = (first, second) => ({
  needsBuild: true,
  async run() {
    const totals = [await first.run(), await second.run()];
    const sum = (key) => totals.reduce((total, each) => total + (each[key] ?? 0), 0);
    return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
  },
});

const layers = {
  format: check(bin("prettier"), "--check", "."),
  lint: check(bin("eslint"), ".", "--max-warnings", "0"),
  typecheck: check(bin("tsc"), "--noEmit"),
  build: check(process.execPath, "esbuild.mjs"),
  unit: mocha(".mocharc.json", "dot"),
  // What kills processes at certain moments runs alone; the rest two files at a time.
  integration: both(
    mocha(".mocharc.integration.json", "spec", installTransformers),
    mocha(".mocharc.faults.json", "spec"),
  ),
  e2e: suite(process.execPath, ["--import", "tsx", "test/e2e/run.ts"], installServer),
};

async function runLayer(name) {
  const started = performance.now();
  console.log(`\n── ${name} ──`);
  let totals;
  try {
    totals = await layers[name].run();
  } catch (error) {
    console.error(error.message);
    totals = { passed: 0, failed: 1 };
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const skipped = totals.skipped ? `, ${totals.skipped} skipped` : "";
  console.log(`${name}: ${totals.passed} passed, ${totals.failed} failed${skipped} in ${seconds} s`);
  return totals;
}

function selectLayers(names) {
  const unknown = names.filter((name) => !(name in layers));
  if (unknown.length > 0) {
    console.error(`There is no test layer ${unknown.join(", ")}.\n\n${usage}`);
    process.exit(2);
  }
  if (names.length === 0) return Object.keys(layers);
  const needsBuild = names.some((name) => layers[name].needsBuild);
  return Object.keys(layers).filter((name) => names.includes(name) || (name === "build" && needsBuild));
}

const names = process.argv.slice(2);
if (names.includes("--help") || names.includes("-h")) {
  console.log(usage);
  process.exit(0);
}
const selected = selectLayers(names);
const sum = { passed: 0, failed: 0 };
try {
  await installPackages();
  for (const name of selected) {
    const { passed, failed } = await runLayer(name);
    sum.passed += passed;
    sum.failed += failed;
  }
} catch (error) {
  console.error(error.message);
  sum.failed += 1;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed === 0 ? 0 : 1;
