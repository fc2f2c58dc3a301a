import { homedir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { evaluationConfigurationSchema } from "../../core/evaluation/configuration.ts";
import { checkSchema } from "../../core/schemaProblems.ts";
import { SettingError } from "./settingError.ts";

/** The settings `medley.*`, as package.json declares them. What means the same as in an evaluation has its schema. */
const settingsSchema = z.object({
  runsFolder: z.string().min(1),
  dataFolders: z.array(z.string().min(1)),
  modelFolders: z.array(z.string().min(1)),
  /** Empty: the publishers themselves. */
  dataMirror: z.string().regex(/^(https?:\/\/\S+)?$/, "It is no http or https address."),
  threads: z
    .int()
    .positive()
    .nullable()
    .transform((threads) => threads ?? undefined),
  gpu: evaluationConfigurationSchema.shape.gpu,
  kvCacheType: evaluationConfigurationSchema.shape.kvCacheType,
  /** Mebibytes. */
  mergeMemory: z.int().min(256),
  mergeHash: z.boolean(),
  /** Empty: the `python3` that is found. */
  mergekitPython: z.string(),
});
export type Settings = z.output<typeof settingsSchema>;

/**
 * The settings that hold in a folder, or without one. Paths are absolute: relative ones are taken from the folder, `~`
 * is the home.
 * @throws SettingError that names the first wrong setting; nothing falls back to a default silently
 */
export function readSettings(folder: vscode.WorkspaceFolder | undefined): Settings {
  const configuration = vscode.workspace.getConfiguration("medley", folder);
  const values = Object.fromEntries(Object.keys(settingsSchema.shape).map((key) => [key, configuration.get(key)]));
  const result = checkSchema(values, settingsSchema);
  if (!("value" in result)) {
    const { path: key, message, hint } = result.problems[0]!;
    throw new SettingError(
      vscode.l10n.t("The setting medley.{0} is wrong: {1}", key.join("."), message),
      `medley.${key[0]}`,
      [hint, vscode.l10n.t("Correct it in the settings.")].filter((part) => part !== undefined).join(" "),
    );
  }
  const absolute = (given: string): string => absolutePath(given, folder);
  return {
    ...result.value,
    runsFolder: absolute(result.value.runsFolder),
    dataFolders: result.value.dataFolders.map(absolute),
    modelFolders: result.value.modelFolders.map(absolute),
  };
}

/** A path as a setting gives it: from the folder, or without one from the home; `~` is the home. */
export function absolutePath(given: string, folder: vscode.WorkspaceFolder | undefined): string {
  return path.resolve(folder?.uri.fsPath ?? homedir(), given.replace(/^~(?=$|[\\/])/, homedir()));
}
