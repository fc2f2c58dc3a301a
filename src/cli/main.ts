import { Command, CommanderError } from "commander";
import { medleyVersion } from "../node/runs/versions.ts";
import { exitStatus } from "../core/errors.ts";
import { chatCommand } from "./chatCommand.ts";
import { compareCommand } from "./compareCommand.ts";
import { describeError } from "./describeError.ts";
import { exitStatusHelp, exitStatusOf } from "./exitStatus.ts";
import { dataCommand } from "./dataCommand.ts";
import { evalCommand } from "./evalCommand.ts";
import { mergeCommand } from "./mergeCommand.ts";
import { modelsCommand } from "./modelsCommand.ts";
import { endOnBrokenOutput, output } from "./output.ts";
import { privacyCommand } from "./privacyCommand.ts";
import { promptCommand } from "./promptCommand.ts";
import { reportCommand } from "./reportCommand.ts";
import { runCommand } from "./runCommand.ts";
import { runsCommand } from "./runsCommand.ts";
import { asUserError } from "./systemErrors.ts";
import { tryCommand } from "./tryCommand.ts";

/** Every command, one file and one line each. */
const commands: readonly ((program: Command) => void)[] = [
  evalCommand,
  runCommand,
  reportCommand,
  compareCommand,
  promptCommand,
  chatCommand,
  tryCommand,
  mergeCommand,
  dataCommand,
  modelsCommand,
  runsCommand,
  privacyCommand,
];

async function main(): Promise<number> {
  endOnBrokenOutput();
  const program = new Command("medley")
    .description(
      "Runs, evaluates and merges local medical language models. Nothing leaves this machine unless you ask for it.",
    )
    .version(medleyVersion)
    .showHelpAfterError("(add --help for help)")
    .addHelpText("after", exitStatusHelp)
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    })
    .exitOverride()
    // A folder that was deleted looks like an empty one to what lists it; asked for its name, the system says so.
    .hook("preAction", () => void process.cwd());
  for (const register of commands) register(program);
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? exitStatus.success);
  } catch (thrown) {
    const error = asUserError(thrown);
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.success : exitStatus.usage;
    output.note(describeError(error));
    return exitStatusOf(error);
  }
}

process.exitCode = await main();
