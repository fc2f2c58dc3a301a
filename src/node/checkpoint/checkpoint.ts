import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../core/errors.ts";
import { parseModelConfig, type ModelConfig } from "../../core/checkpoint/modelConfig.ts";
import { readSafetensorsHeader, type TensorEntry } from "../../core/checkpoint/safetensors.ts";
import { parseSafetensorsIndex } from "../../core/checkpoint/safetensorsIndex.ts";
import { withFileSource } from "../files/fileSource.ts";

/** A tensor with the file that holds it. */
export interface CheckpointTensor extends TensorEntry {
  /** Path of the file. */
  readonly file: string;
}

/** A weight file as it was when its header was read: if any of this changes, a merge in progress must not go on. */
export interface WeightFile {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

/** A Hugging Face checkpoint folder, opened by its headers. */
export interface Checkpoint {
  readonly folder: string;
  readonly configText: string;
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  readonly files: readonly WeightFile[];
}

/**
 * Opens a checkpoint: `config.json` and safetensors weights, in one file or in shards with an index.
 * @throws FileError or DataError that names the file at fault
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const configPath = join(folder, "config.json");
  const configText = await readText(configPath);
  const config = parseModelConfig(configText, configPath);
  return { folder, configText, config, ...(await openWeights(folder, "model")) };
}

/**
 * Opens the weights of a folder.
 * @param stem `model` for checkpoints, `adapter_model` for adapters
 */
export async function openWeights(
  folder: string,
  stem: "model" | "adapter_model",
): Promise<Pick<Checkpoint, "tensors" | "files">> {
  const names = await readdir(folder).catch((cause: Error) => {
    throw new FileError(`The folder cannot be read: ${cause.message}`, { place: { file: folder }, cause });
  });
  const index = `${stem}.safetensors.index.json`;
  const single = `${stem}.safetensors`;
  if (names.includes(index)) return openShards(folder, index);
  if (names.includes(single)) return openFiles(folder, [single]);
  const pickled = names.find((name) => /\.(?:bin|pt|pth)$/.test(name));
  throw new FileError(`There is no ${single} and no ${index} in this folder.`, {
    hint:
      pickled === undefined
        ? "Name the folder of a Hugging Face checkpoint with safetensors weights."
        : `${pickled} is a pickle, which can run code when it is loaded; convert it to safetensors first.`,
    place: { file: folder },
  });
}

async function openShards(folder: string, index: string): Promise<Pick<Checkpoint, "tensors" | "files">> {
  const path = join(folder, index);
  const shardOf = parseSafetensorsIndex(await readText(path), path);
  const opened = await openFiles(folder, [...new Set(shardOf.values())]);
  for (const [name, shard] of shardOf) {
    const tensor = opened.tensors.get(name);
    if (tensor?.file !== join(folder, shard)) {
      throw new FileError(`The index says that ${shard} holds the tensor "${name}", but it does not.`, {
        hint: "Download the checkpoint again; its files do not belong together.",
        place: { file: path, field: name },
      });
    }
  }
  return opened;
}

async function openFiles(folder: string, names: readonly string[]): Promise<Pick<Checkpoint, "tensors" | "files">> {
  const tensors = new Map<string, CheckpointTensor>();
  const files: WeightFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const header = await withFileSource(path, readSafetensorsHeader);
    const { size, mtimeMs } = await stat(path);
    files.push({ path, size, modified: mtimeMs });
    for (const entry of header.tensors.values()) {
      const other = tensors.get(entry.name);
      if (other !== undefined) {
        throw new FileError(`The tensor "${entry.name}" is also in ${other.file}.`, {
          place: { file: path, field: entry.name },
        });
      }
      tensors.set(entry.name, { ...entry, file: path });
    }
  }
  return { tensors, files };
}

/** The text of one of a checkpoint's small files, where it has it. @throws FileError when it cannot be read */
export async function readOptional(folder: string, name: string): Promise<string | undefined> {
  return (await readdir(folder)).includes(name) ? await readText(join(folder, name)) : undefined;
}

/** @throws FileError when the file cannot be read as text */
export async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const message = cause.code === "ENOENT" ? "The file does not exist." : `The file cannot be read: ${cause.message}`;
    throw new FileError(message, { place: { file: path }, cause });
  });
}
