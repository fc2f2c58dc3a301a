import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Option, type Command } from "commander";
import { CancelledError, ConfigurationError, FileError } from "../core/errors.ts";
import { readConfiguration } from "../core/merge/config/readConfiguration.ts";
import type { MergeRunConfiguration } from "../core/merge/mergeRun.ts";
import { jsonSha256 } from "../core/runs/canonicalJson.ts";
import { prepareMerge } from "../node/merge/mergeModels.ts";
import { mergeFolders } from "../node/merge/mergeRun.ts";
import { prepareMoe, readMoe } from "../node/merge/prepareMoe.ts";
import { createRun } from "../node/runs/runFolder.ts";
import { performRun } from "../node/runs/runKinds.ts";
import { startDetached } from "../node/runs/startDetached.ts";
import { baseVersions } from "../node/runs/versions.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { reportDiagnostics } from "./mergeDiagnostics.ts";
import { printPlan } from "./mergePlan.ts";
import { output } from "./output.ts";
import { parseBinaryBytes, parseCount, parseDecimalBytes, parseSeed } from "./parseSizes.ts";
import { ProgressDisplay } from "./progressDisplay.ts";
import { runsOption } from "./runArgument.ts";

interface Options {
  readonly runs: string;
  readonly plan?: boolean;
  readonly tensors?: boolean;
  readonly json?: boolean;
  readonly detach?: boolean;
  readonly seed?: number;
  readonly memory: number;
  readonly outShardSize: number;
  readonly threads?: number;
  readonly numerics: "classic" | "fp32";
  readonly allowCrimes?: boolean;
  readonly mergekitCompatible?: boolean;
  readonly overwrite?: boolean;
  readonly intermediateDir?: string;
  readonly backend: "medley" | "mergekit";
  readonly python?: string;
}

const examples = `
Examples:
  medley merge slerp.yml merged/
  medley merge ties.yml merged/ --plan
  medley merge dare.yml merged/ --seed 42 --memory 2G --detach

The configuration is mergekit's YAML. Model paths are relative to the current folder. A merge that was interrupted goes on
with the shards that it finished: medley runs resume latest`;

export function mergeCommand(program: Command): void {
  program
    .command("merge")
    .summary("merge checkpoints")
    .description("Merges Hugging Face checkpoints as a mergekit configuration says, and writes a checkpoint.")
    .argument("<config>", "YAML file with the merge configuration")
    .argument("[output]", "folder for the merged checkpoint; not needed with --plan")
    .addOption(runsOption())
    .option("--plan", "print what would be done, from the headers alone")
    .option("--tensors", "with --plan: also list every tensor with its sources and parameters")
    .option("--json", "print the plan or the result as JSON")
    .option("--detach", "merge in the background; see: medley runs follow")
    .addOption(new Option("--seed <number>", "seed of random methods").argParser(parseSeed))
    .addOption(new Option("--random-seed <number>").argParser(parseSeed).hideHelp())
    .addOption(
      new Option("--memory <size>", "memory that may be used, for example 512M or 4G")
        .argParser(parseBinaryBytes)
        .default(2 ** 30, "1G"),
    )
    .addOption(
      new Option("--out-shard-size <size>", "largest shard in bytes; k, M, B stand for 10^3, 10^6, 10^9")
        .argParser(parseDecimalBytes)
        .default(5e9, "5B"),
    )
    .addOption(new Option("--threads <number>", "worker threads").argParser(parseCount))
    .addOption(
      new Option("--numerics <how>", "classic: rounded as mergekit does; fp32: one rounding at the end")
        .choices(["classic", "fp32"])
        .default("classic"),
    )
    .option("--allow-crimes", "merge models of different architectures as far as their tensors agree")
    .option("--mergekit-compatible", "treat what mergekit silently accepts as a warning")
    .option("--overwrite", "replace a model that is already in the output folder")
    .option("--intermediate-dir <folder>", "folder for the named merges of a file of several documents")
    .addOption(
      new Option("--backend <engine>", "medley, or your own mergekit")
        .choices(["medley", "mergekit"])
        .default("medley"),
    )
    .option("--python <interpreter>", "interpreter of the environment that has mergekit")
    .addHelpText("after", examples)
    .action(merge);
}

async function merge(
  config: string,
  target: string | undefined,
  options: Options & { readonly randomSeed?: number },
): Promise<void> {
  const text = await readFile(config, "utf8").catch((cause: Error) => {
    throw new FileError(`The configuration cannot be read: ${cause.message}`, { place: { file: config }, cause });
  });
  const givenSeed = options.seed ?? options.randomSeed;
  if (readMoe(text, config) === undefined) {
    await reportDiagnostics(text, config, process.cwd(), {
      engine: options.backend,
      ...(givenSeed === undefined ? {} : { randomSeed: givenSeed }),
      allowMixedArchitectures: options.allowCrimes ?? false,
      mergekitCompatible: options.mergekitCompatible ?? false,
    });
  }
  if (target === undefined && options.plan !== true) {
    throw new ConfigurationError("Give a folder for the merged checkpoint.", {
      hint: "medley merge CONFIG OUTPUT, or --plan to see what would be done.",
    });
  }
  const configuration = resolveConfiguration(config, text, target ?? ".", options, givenSeed ?? randomInt(2 ** 32));
  if (options.plan === true) return await showPlan(configuration, options);
  await perform(configuration, givenSeed === undefined, options);
}

function resolveConfiguration(
  config: string,
  text: string,
  target: string,
  options: Options,
  seed: number,
): MergeRunConfiguration {
  const { intermediateDir, threads, python } = options;
  return {
    file: resolve(config),
    text,
    folder: process.cwd(),
    output: resolve(target),
    ...(intermediateDir === undefined ? {} : { intermediateFolder: resolve(intermediateDir) }),
    seed,
    numerics: options.numerics,
    outShardSize: options.outShardSize,
    memory: options.memory,
    ...(threads === undefined ? {} : { threads }),
    allowMixedArchitectures: options.allowCrimes ?? false,
    overwrite: options.overwrite ?? false,
    backend: options.backend,
    ...(python === undefined ? {} : { python }),
  };
}

/** Plans the merges of the file that can be planned now: those that use another's result wait for it. */
async function showPlan(configuration: MergeRunConfiguration, options: Options): Promise<void> {
  const { folder, seed, numerics, outShardSize, allowMixedArchitectures } = configuration;
  const planOptions = { seed, numerics, outShardSize, allowMixedArchitectures };
  const display = { tensors: options.tensors ?? false, json: options.json ?? false };
  const moe = readMoe(configuration.text, configuration.file);
  if (moe !== undefined) {
    return printPlan([(await prepareMoe(moe, { folder }, planOptions)).plan], configuration.memory, display);
  }
  const merges = readConfiguration(configuration.text, configuration.file);
  const names = new Set(merges.map(({ merge }) => merge.name));
  const plans = [];
  for (const { merge } of merges) {
    const waits = merge.models.filter(({ model }) => names.has(model.path)).map(({ model }) => model.path);
    if (waits.length > 0) {
      output.note(`${merge.name ?? merge.method} uses the result of ${waits.join(", ")}; it is planned after that.`);
      continue;
    }
    plans.push((await prepareMerge(merge, { folder }, planOptions)).plan);
  }
  printPlan(plans, configuration.memory, display);
}

async function perform(configuration: MergeRunConfiguration, seedChosen: boolean, options: Options): Promise<void> {
  const moe = readMoe(configuration.text, configuration.file);
  const merges = moe === undefined ? readConfiguration(configuration.text, configuration.file) : [];
  mergeFolders(merges, configuration);
  if (seedChosen) output.note(`Random seed: ${configuration.seed} (chosen; give --seed to repeat it).`);
  const method = merges.at(-1)?.merge.method ?? "mixture of experts";
  const { file, ...resolved } = configuration;
  const folder = await createRun(options.runs, {
    kind: "merge",
    title: `${method} ${basename(configuration.output)}`,
    configuration: { given: configuration.text, resolved: { file, ...resolved } },
    inputs: [{ role: "configuration", name: basename(file), path: file, sha256: jsonSha256(configuration.text) }],
    identity: { configuration: jsonSha256(resolved) },
    versions: baseVersions(),
    seed: configuration.seed,
  });
  if (options.detach === true) {
    await startDetached(folder);
    output.note(`Working in the background. Follow it with: medley runs follow ${basename(folder)}`);
    return;
  }
  await performHere(folder, options);
  if (options.json === true) output.json({ run: folder, output: configuration.output, seed: configuration.seed });
  else output.line(`Merged into ${configuration.output}`);
}

async function performHere(folder: string, options: Options): Promise<void> {
  const display = new ProgressDisplay();
  const { signal, dispose } = cancelOnInterrupt();
  try {
    await performRun(folder, { signal, onEvent: (event) => display.add(event) });
  } catch (error) {
    display.end();
    if (!(error instanceof CancelledError)) throw error;
    const hint = `Continue with: medley runs resume ${basename(folder)} --runs ${options.runs}`;
    throw new CancelledError(error.message, { hint });
  } finally {
    display.end();
    dispose();
  }
}
