import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FileError } from "../../core/errors.ts";
import { ByModel } from "../../core/checkpoint/byModel.ts";
import type { ModelPath, ModelReference } from "../../core/checkpoint/modelReference.ts";
import { readLoraAdapter, type LoraAdapter } from "../../core/checkpoint/lora.ts";
import type { MergeFacts } from "../../core/checkpoint/modelFacts.ts";
import { parseTokenizer, type Tokenizer } from "../../core/tokenizer/tokenizer.ts";
import { hubModelFolder } from "./hubCache.ts";
import { openCheckpoint, openWeights, readOptional, readText, type Checkpoint } from "./checkpoint.ts";

/** A model of a merge with everything that its headers and small files say. */
export interface OpenedModel {
  readonly reference: ModelReference;
  readonly checkpoint: Checkpoint;
  readonly adapter?: { readonly folder: string } & Pick<Checkpoint, "tensors" | "files">;
  readonly facts: MergeFacts;
}

/** Where names of models are looked up. */
export interface ModelPlaces {
  /** Relative paths start here. */
  readonly folder: string;
  /** Folders of other merges of the same file, by name. */
  readonly named?: ReadonlyMap<string, string>;
}

/** Opens a model and, if the reference has one, its adapter. @throws FileError or DataError naming the file at fault */
export async function openModel(reference: ModelReference, places: ModelPlaces): Promise<OpenedModel> {
  const checkpoint = await openCheckpoint(await findFolder(reference.model, places));
  const adapter =
    reference.lora === undefined ? undefined : await openAdapter(await findFolder(reference.lora, places));
  const tokenizer = await openTokenizer(checkpoint.folder);
  const facts: MergeFacts = {
    config: checkpoint.config,
    tensors: checkpoint.tensors,
    codeFiles: (await readdir(checkpoint.folder)).filter((name) => name.endsWith(".py")),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(adapter === undefined ? {} : { adapter: adapter.adapter }),
  };
  return { reference, checkpoint, facts, ...(adapter === undefined ? {} : { adapter }) };
}

/** Opens all models. */
export async function openModels(
  references: readonly ModelReference[],
  places: ModelPlaces,
): Promise<ByModel<OpenedModel>> {
  const opened: [ModelReference, OpenedModel][] = [];
  for (const reference of references) opened.push([reference, await openModel(reference, places)]);
  return new ByModel(opened);
}

/**
 * The folder that a model's path means: another merge of the file, a folder, or a model that the Hugging Face tools
 * have downloaded before. Nothing is downloaded.
 * @throws FileError when there is none
 */
export async function findFolder({ path, revision }: ModelPath, places: ModelPlaces): Promise<string> {
  const named = places.named?.get(path);
  if (named !== undefined) return named;
  const local = resolve(places.folder, path);
  if (await isFolder(local)) return local;
  const cached = await findInHubCache(path, revision ?? "main");
  if (cached !== undefined) return cached;
  throw new FileError(`The model ${path} does not exist locally.`, {
    hint: "Give the folder of a checkpoint, or download the model first; a merge downloads nothing.",
    place: { file: local },
  });
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** Layout of the cache: `models--ORG--NAME/refs/BRANCH` names a commit, `snapshots/COMMIT` holds its files. */
async function findInHubCache(id: string, revision: string): Promise<string | undefined> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(id) || !/^[\w.-]+(?:\/[\w.-]+)*$/.test(revision) || revision.includes("..")) {
    return undefined;
  }
  const model = hubModelFolder(id);
  const commit = await readFile(join(model, "refs", revision), "utf8").then(
    (text) => text.trim(),
    () => revision,
  );
  const snapshot = join(model, "snapshots", basename(commit));
  return (await isFolder(snapshot)) && (await readdir(snapshot)).includes("config.json") ? snapshot : undefined;
}

async function openAdapter(
  folder: string,
): Promise<{ readonly folder: string; readonly adapter: LoraAdapter } & Pick<Checkpoint, "tensors" | "files">> {
  const weights = await openWeights(folder, "adapter_model");
  const config = await readText(join(folder, "adapter_config.json"));
  return { folder, adapter: readLoraAdapter(config, weights.tensors, folder), ...weights };
}

async function openTokenizer(folder: string): Promise<Tokenizer | undefined> {
  const text = await readOptional(folder, "tokenizer.json");
  return text === undefined ? undefined : parseTokenizer(text, join(folder, "tokenizer.json"));
}
