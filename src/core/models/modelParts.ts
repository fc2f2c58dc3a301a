import type { ModelHeader } from "./modelHeader.ts";

/** A model that is named by its first, or only, file. */
export interface ModelParts {
  /** The first part, whether it is there or not; of a model in one file that file. */
  readonly path: string;
  /** The files that are there, in the order of their numbers. */
  readonly files: readonly string[];
  /** Number of parts that the names tell of; 1 for a model in one file. */
  readonly count: number;
  /** Paths of parts that are not there. */
  readonly missing: readonly string[];
}

/** How `llama-gguf-split` names the parts of a model: `model-00001-of-00003.gguf` (`llama_split_path`). */
const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** More files than any model has; a name that tells of more is only a name. */
const mostParts = 1000;

/** Puts the parts of models together, by their names. Models stand in the order of their paths. */
export function groupParts(paths: readonly string[]): ModelParts[] {
  const groups = new Map<string, Map<number, string>>();
  const models: ModelParts[] = [];
  for (const path of paths) {
    const part = readPartName(path);
    if (part === undefined) {
      models.push({ path, files: [path], count: 1, missing: [] });
      continue;
    }
    const key = partPath(part, 1);
    const group = groups.get(key) ?? new Map<number, string>();
    groups.set(key, group.set(part.number, path));
  }
  for (const [first, group] of groups) {
    const part = readPartName(first)!;
    const numbers = Array.from({ length: part.count }, (_, index) => index + 1);
    models.push({
      path: first,
      files: numbers.flatMap((number) => group.get(number) ?? []),
      count: part.count,
      missing: numbers.filter((number) => !group.has(number)).map((number) => partPath(part, number)),
    });
  }
  return models.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The paths of all parts of a model, by the name of one of them; undefined where it is not named as a part. */
export function partsOf(path: string): readonly string[] | undefined {
  const part = readPartName(path);
  return part && Array.from({ length: part.count }, (_, index) => partPath(part, index + 1));
}

/** The files of a model that is named by its first one. */
export function filesOf(path: string, { fileCount }: Pick<ModelHeader, "fileCount">): readonly string[] {
  return fileCount === 1 ? [path] : partsOf(path)!;
}

interface PartName {
  readonly stem: string;
  readonly number: number;
  readonly count: number;
  readonly ending: string;
}

function readPartName(path: string): PartName | undefined {
  const match = partName.exec(path);
  if (match === null) return undefined;
  const [, stem, number, count] = match;
  const part = { stem: stem!, number: Number(number), count: Number(count), ending: path.slice(-5) };
  const possible = part.count >= 2 && part.count <= mostParts && part.number >= 1 && part.number <= part.count;
  return possible ? part : undefined;
}

function partPath({ stem, count, ending }: PartName, number: number): string {
  const digits = (value: number): string => String(value).padStart(5, "0");
  return `${stem}-${digits(number)}-of-${digits(count)}${ending}`;
}
