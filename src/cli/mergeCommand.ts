import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Option, type Command } from "commander";
import { CancelledError, ConfigurationError, FileError } from "../core/errors.ts";
import { mergeKind, type MergeRunConfiguration } from "../core/merge/mergeKind.ts";
import { chooseSeed, createMergeRun, earlierSeed, mergeDefaults } from "../node/merge/createMergeRun.ts";
import { planMerges } from "../node/merge/planMerges.ts";
import { performRun } from "../node/runs/performRun.ts";
import type { RunPermissions } from "../node/runs/runRequests.ts";
import { startDetached } from "../node/runs/startDetached.ts";
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
  readonly hash?: boolean;
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
        .default(mergeDefaults.memory, "1G"),
    )
    .addOption(
      new Option("--out-shard-size <size>", "largest shard in bytes; k, M, B stand for 10^3, 10^6, 10^9")
        .argParser(parseDecimalBytes)
        .default(mergeDefaults.outShardSize, "5B"),
    )
    .addOption(new Option("--threads <number>", "worker threads").argParser(parseCount))
    .addOption(
      new Option("--numerics <how>", "classic: rounded as mergekit does; fp32: one rounding at the end")
        .choices(["classic", "fp32"])
        .default(mergeDefaults.numerics),
    )
    .option("--allow-crimes", "merge models of different architectures as far as their tensors agree")
    .option("--mergekit-compatible", "treat what mergekit silently accepts as a warning")
    .option("--hash", "record the SHA-256 of the models' weights with the run; reads them once more")
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
  await reportDiagnostics(text, config, process.cwd(), {
    engine: options.backend,
    ...(givenSeed === undefined ? {} : { randomSeed: givenSeed }),
    allowMixedArchitectures: options.allowCrimes ?? false,
    mergekitCompatible: options.mergekitCompatible ?? false,
  });
  if (target === undefined && options.plan !== true) {
    throw new ConfigurationError("Give a folder for the merged checkpoint.", {
      hint: "medley merge CONFIG OUTPUT, or --plan to see what would be done.",
    });
  }
  const proposed = resolveConfiguration(config, text, target ?? ".", options, givenSeed ?? chooseSeed());
  if (options.plan === true) return await showPlan(proposed, options);
  const earlier = givenSeed === undefined ? await earlierSeed(proposed) : undefined;
  const configuration = earlier === undefined ? proposed : { ...proposed, seed: earlier };
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
    ...(options.hash === true ? { hash: true } : {}),
    backend: options.backend,
    ...(python === undefined ? {} : { python }),
  };
}

async function showPlan(configuration: MergeRunConfiguration, options: Options): Promise<void> {
  const { plans, waiting } = await planMerges(configuration);
  for (const { title, uses } of waiting) {
    output.note(`${title} uses the result of ${uses.join(", ")}; it is planned after that.`);
  }
  printPlan(plans, configuration.memory, { tensors: options.tensors ?? false, json: options.json ?? false });
}

async function perform(configuration: MergeRunConfiguration, seedChosen: boolean, options: Options): Promise<void> {
  const folder = await createMergeRun(options.runs, configuration);
  if (seedChosen) output.note(`Random seed: ${configuration.seed} (give it with --seed to repeat the merge).`);
  const permissions = { program: options.python, replace: options.overwrite === true };
  if (options.detach === true) {
    await startDetached(folder, permissions);
    output.note(`Working in the background. Follow it with: medley runs follow ${basename(folder)}`);
    return;
  }
  await performHere(folder, options, permissions);
  if (options.json === true) output.json({ run: folder, output: configuration.output, seed: configuration.seed });
  else output.line(`Merged into ${configuration.output}`);
}

async function performHere(folder: string, options: Options, permissions: RunPermissions): Promise<void> {
  const display = new ProgressDisplay(mergeKind.units);
  const { signal, dispose } = cancelOnInterrupt();
  try {
    await performRun(folder, { signal, permissions, onEvent: (event) => display.add(event) });
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
