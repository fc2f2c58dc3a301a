#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { medleyVersion } from "../node/runs/versions.ts";
import { describeError } from "../core/errors.ts";
import { compareCommand } from "./compareCommand.ts";
import { exitCodeHelp, exitCodeOf, exitCodes } from "./exitCodes.ts";
import { dataCommand } from "./dataCommand.ts";
import { evalCommand } from "./evalCommand.ts";
import { mergeCommand } from "./mergeCommand.ts";
import { modelsCommand } from "./modelsCommand.ts";
import { endOnBrokenOutput, output } from "./output.ts";
import { promptCommand } from "./promptCommand.ts";
import { reportCommand } from "./reportCommand.ts";
import { runCommand } from "./runCommand.ts";
import { runsCommand } from "./runsCommand.ts";
import { asUserError } from "./systemErrors.ts";

/** Every command, one file and one line each. */
const commands: readonly ((program: Command) => void)[] = [
  evalCommand,
  runCommand,
  reportCommand,
  compareCommand,
  promptCommand,
  mergeCommand,
  dataCommand,
  modelsCommand,
  runsCommand,
];

async function main(): Promise<number> {
  endOnBrokenOutput();
  const program = new Command("medley")
    .description(
      "Runs, evaluates and merges local medical language models. Nothing leaves this machine unless you ask for it.",
    )
    .version(medleyVersion)
    .showHelpAfterError("(add --help for help)")
    .addHelpText("after", exitCodeHelp)
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .exitOverride();
  for (const register of commands) register(program);
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? exitCodes.success);
  } catch (thrown) {
    const error = asUserError(thrown);
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    output.note(describeError(error));
    return exitCodeOf(error);
  }
}

process.exitCode = await main();
