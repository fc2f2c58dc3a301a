import { relative } from "node:path";
import type { Command } from "commander";
import { describeError, MedleyError } from "../core/errors.ts";
import { formatBytes, formatCount } from "../core/formatting.ts";
import type { ModelHeader } from "../core/models/modelHeader.ts";
import type { Column } from "../core/reports/table.ts";
import { findModels } from "../node/models/findModels.ts";
import { readModelHeader } from "../node/models/readModelHeader.ts";
import { output } from "./output.ts";

interface Listed {
  readonly path: string;
  readonly header?: ModelHeader;
  readonly problem?: MedleyError;
}

export function modelsCommand(program: Command): void {
  program
    .command("models")
    .summary("list the GGUF models in a folder")
    .description("Lists the GGUF models in a folder and the folders below it, and says why a file cannot be used.")
    .argument("[folder]", "where to look", ".")
    .option("--json", "print JSON instead of a table")
    .addHelpText("after", "\nExample:\n  medley models ~/models")
    .action(async (folder: string, options: { json?: boolean }) => {
      const models = await Promise.all((await findModels(folder)).map(read));
      if (options.json) output.json(models.map(toJson));
      else print(folder, models);
    });
}

async function read(path: string): Promise<Listed> {
  try {
    return { path, header: await readModelHeader(path) };
  } catch (problem) {
    if (problem instanceof MedleyError) return { path, problem };
    throw problem;
  }
}

function toJson({ path, header, problem }: Listed): object {
  if (header === undefined) return { path, error: { code: problem!.code, message: problem!.message } };
  const { chatTemplate, ...rest } = header;
  return { path, ...rest, hasChatTemplate: chatTemplate !== undefined };
}

const columns: readonly Column[] = [
  { title: "model", align: "left" },
  { title: "architecture", align: "left" },
  { title: "quantization", align: "left" },
  { title: "parameters", align: "right" },
  { title: "context", align: "right" },
  { title: "chat", align: "left" },
  { title: "size", align: "right" },
];

function print(folder: string, models: readonly Listed[]): void {
  const rows = models.flatMap(({ path, header }) =>
    header === undefined
      ? []
      : [
          [
            relative(folder, path),
            header.architecture,
            header.quantization,
            formatCount(header.parameterCount),
            header.trainContextLength === undefined ? "?" : String(header.trainContextLength),
            header.chatTemplate === undefined ? "no" : "yes",
            formatBytes(header.fileBytes),
          ],
        ],
  );
  if (rows.length > 0) output.table({ columns, rows });
  else output.line(`No usable GGUF model in ${folder}.`);
  const broken = models.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  if (broken.length > 0) output.line(`\n${broken.length} cannot be used:`);
  for (const problem of broken) output.line(describeError(problem).replaceAll("\n", "\n  "));
}
