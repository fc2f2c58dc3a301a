import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { parseModelConfig } from "../../core/checkpoint/modelConfig.ts";
import { findArchitecture, layerCountOf } from "../../core/checkpoint/architectures/registry.ts";
import type { ModelOnDisk } from "../../core/checkpoint/modelOnDisk.ts";
import { hubCacheFolder } from "./hubCache.ts";
import { parseJson } from "../../core/json.ts";

/** Limits of the search, so that a folder of any size costs little. */
const maxDepth = 5;
const maxFolders = 3_000;
const maxConfigBytes = 1_000_000;

/**
 * Checkpoints and adapters below some folders, and models in the cache of the Hugging Face tools. Folders that
 * cannot be read are passed over: they hold nothing that could be merged.
 * @param base what relative paths of the configuration start from
 */
export async function findCheckpoints(folders: readonly string[], base: string): Promise<ModelOnDisk[]> {
  const found: ModelOnDisk[] = [];
  const budget = { folders: maxFolders };
  for (const folder of new Set(folders))
    await search(folder, 0, budget, async (path, names) => {
      const model = await describeFolder(path, names, relativePath(base, path));
      if (model !== undefined) found.push(model);
      return model !== undefined;
    });
  return [...found.toSorted((a, b) => a.path.localeCompare(b.path)), ...(await cachedModels())];
}

async function search(
  folder: string,
  depth: number,
  budget: { folders: number },
  visit: (folder: string, names: readonly string[]) => Promise<boolean>,
): Promise<void> {
  if (depth > maxDepth || budget.folders-- <= 0) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const isModel = await visit(
    folder,
    entries.map(({ name }) => name),
  );
  if (isModel) return;
  for (const entry of entries) {
    const skipped = entry.name.startsWith(".") || entry.name === "node_modules";
    if (entry.isDirectory() && !skipped) await search(join(folder, entry.name), depth + 1, budget, visit);
  }
}

async function describeFolder(
  folder: string,
  names: readonly string[],
  path: string,
): Promise<ModelOnDisk | undefined> {
  if (names.includes("adapter_config.json")) {
    const text = await readSmall(join(folder, "adapter_config.json"));
    return text === undefined ? undefined : { path, kind: "adapter", detail: adapterDetail(text) };
  }
  if (!names.includes("config.json")) return undefined;
  const text = await readSmall(join(folder, "config.json"));
  const detail = text === undefined ? undefined : checkpointDetail(text);
  return detail === undefined ? undefined : { path, kind: "checkpoint", detail };
}

function adapterDetail(text: string): string {
  try {
    const { r, base_model_name_or_path: base } = parseJson(text) as Record<string, unknown>;
    return [typeof r === "number" ? `rank ${r}` : undefined, typeof base === "string" ? `of ${base}` : undefined]
      .filter((part) => part !== undefined)
      .join(" ");
  } catch {
    return "adapter_config.json cannot be read";
  }
}

/** Undefined for a `config.json` of something else. */
function checkpointDetail(text: string): string | undefined {
  try {
    const config = parseModelConfig(text, "config.json");
    const architecture = config.architectures[0] ?? config.modelType;
    if (architecture === undefined) return undefined;
    const layers = layerCountOf(config, findArchitecture(config));
    const dtype = config.document.dtype ?? config.document.torch_dtype;
    return [architecture, layers === undefined ? undefined : `${layers} layers`, dtype, config.quantization]
      .filter((part) => typeof part === "string")
      .join(", ");
  } catch {
    return undefined;
  }
}

async function readSmall(file: string): Promise<string | undefined> {
  const status = await stat(file).catch(() => undefined);
  if (status === undefined || status.size > maxConfigBytes) return undefined;
  return await readFile(file, "utf8").catch(() => undefined);
}

function relativePath(base: string, path: string): string {
  const way = relative(base, path);
  if (way === "") return ".";
  return way.startsWith(`..${sep}..${sep}`) ? path : way.split(sep).join("/");
}

async function cachedModels(): Promise<ModelOnDisk[]> {
  const root = hubCacheFolder();
  const names = (await readdir(root).catch(() => [])).filter((name) => name.startsWith("models--"));
  const found = await Promise.all(
    names.map(async (name) => {
      const snapshots = join(root, name, "snapshots");
      for (const commit of await readdir(snapshots).catch(() => [])) {
        const folder = join(snapshots, commit);
        const id = name.slice("models--".length).replace("--", "/");
        const model = await describeFolder(folder, await readdir(folder).catch(() => []), id);
        if (model !== undefined) return model;
      }
      return undefined;
    }),
  );
  return found.filter((model) => model !== undefined);
}
