import { join, resolve, sep } from "node:path";
import type { BenchmarkDefinition, FileSpecification, KnownFile, Licence } from "../../core/benchmarks/benchmark.ts";
import type { FileChoice } from "../../core/benchmarks/fileChoice.ts";
import { CancelledError, ConfigurationError, FileError } from "../../core/errors.ts";
import type { BenchmarkStatus, DataStore } from "./dataStore.ts";
import { download, type RetryPolicy } from "./download.ts";

/** One file to download, with what the user must know before agreeing to it. */
export interface PlannedDownload {
  /** Ids of the benchmarks that need it. */
  readonly benchmarks: readonly string[];
  readonly known: KnownFile;
  readonly licence: Licence;
  readonly homepage: string;
  /** Hosts that may be asked, in order. */
  readonly hosts: readonly string[];
  readonly destination: string;
  /** A file of another content stands at the destination and is replaced. */
  readonly replaces: boolean;
}

export interface FetchPlan {
  readonly downloads: readonly PlannedDownload[];
  readonly totalBytes: number;
  /** Required files that are absent and have no public address. */
  readonly unavailable: readonly { readonly benchmark: string; readonly file: string }[];
}

export interface FetchOptions {
  readonly dataFolder: string;
  /** Shows licence, size and host; nothing is asked of the network unless it answers true. */
  readonly consent: (plan: FetchPlan) => Promise<boolean>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (file: PlannedDownload, received: number) => void;
  readonly retry?: RetryPolicy;
  /** Address that is asked in place of the publishers', see {@link mirrorAddress}. */
  readonly mirror?: string;
}

/**
 * Where a mirror has a file: below its own address, under the publisher's host and path. That is how proxies of
 * repositories keep what they mirror, and it needs no index.
 * @throws ConfigurationError when the mirror is no http or https address
 */
export function mirrorAddress(url: string, mirror: string): string {
  if (!/^https?:\/\/[^\s]+$/.test(mirror) || !URL.canParse(mirror)) {
    throw new ConfigurationError(`The address of the mirror is none that can be asked: ${mirror}`, {
      hint: "It looks like https://mirror.example.org/medley",
    });
  }
  const { host, pathname, search } = new URL(url);
  return `${mirror.replace(/\/+$/, "")}/${host}${pathname}${search}`;
}

/**
 * What would have to be downloaded so that the benchmarks can be evaluated, files for few-shot examples included.
 * @param mirror asked in place of the publishers
 */
export async function planFetch(
  definitions: readonly BenchmarkDefinition[],
  store: DataStore,
  dataFolder: string,
  mirror?: string,
): Promise<FetchPlan> {
  const downloads = new Map<string, PlannedDownload>();
  const unavailable: { benchmark: string; file: string }[] = [];
  for (const definition of definitions) {
    const status = await store.status(definition);
    for (const { specification, choice } of status.files) {
      if (specification.role === "dev" && hasTrain(status)) continue;
      const replaces = isDamagedDownload(choice, dataFolder);
      if (choice.state !== "missing" && !replaces) continue;
      const published = specification.known.find(({ urls }) => urls.length > 0);
      if (published !== undefined) {
        const urls = published.urls.map((url) => (mirror === undefined ? url : mirrorAddress(url, mirror)));
        const known = { ...published, urls: [...new Set(urls)] };
        const benchmarks = [...(downloads.get(known.sha256)?.benchmarks ?? []), definition.id];
        downloads.set(known.sha256, {
          ...planned(definition, specification, known, dataFolder),
          benchmarks,
          replaces,
        });
      } else if (specification.required) unavailable.push({ benchmark: definition.id, file: specification.names[0]! });
    }
  }
  const files = [...downloads.values()];
  return { downloads: files, totalBytes: files.reduce((sum, { known }) => sum + known.bytes, 0), unavailable };
}

/** Few-shot examples come from `dev` only where there is no `train`: no need to fetch both. */
function hasTrain({ files }: BenchmarkStatus): boolean {
  return files.some(
    ({ specification: { role, known }, choice }) =>
      role === "train" && (choice.state !== "missing" || known.some(({ urls }) => urls.length > 0)),
  );
}

/** Files of unknown content are the user's own and stay, except in the folder that only downloads are put into. */
function isDamagedDownload(choice: FileChoice, dataFolder: string): boolean {
  return choice.state === "unknownVersion" && choice.file.path.startsWith(resolve(dataFolder) + sep);
}

function planned(
  definition: BenchmarkDefinition,
  specification: FileSpecification,
  known: KnownFile,
  dataFolder: string,
): Omit<PlannedDownload, "benchmarks" | "replaces"> {
  const name = known.name ?? specification.names[0]!;
  const relative = name.includes("/") ? name : `${definition.family}/${name}`;
  return {
    known,
    licence: known.licence ?? definition.licence,
    homepage: definition.homepage,
    hosts: [...new Set(known.urls.map((url) => new URL(url).host))],
    destination: join(dataFolder, ...relative.split("/")),
  };
}

/**
 * Downloads what the benchmarks need and the store does not find, after the user's consent.
 * @returns the plan that was carried out; nothing was downloaded when its `downloads` are empty
 * @throws CancelledError when consent is refused or the signal fires; FileError as {@link download} does, and when a
 *   required file has no public address; ConfigurationError when the mirror is no address. Files that were completed stay.
 */
export async function fetchBenchmarks(
  definitions: readonly BenchmarkDefinition[],
  store: DataStore,
  options: FetchOptions,
): Promise<FetchPlan> {
  const { dataFolder, signal, onProgress, retry, mirror } = options;
  const plan = await planFetch(definitions, store, dataFolder, mirror);
  const [missing] = plan.unavailable;
  if (missing !== undefined) {
    throw new FileError(`${missing.benchmark}: ${missing.file} has no public address.`, {
      hint: "Get it from the dataset's home and name its folder.",
    });
  }
  if (plan.downloads.length === 0) return plan;
  if (!(await options.consent(plan))) throw new CancelledError("Nothing was downloaded.");
  for (const file of plan.downloads) {
    const { urls, sha256, bytes } = file.known;
    await download({
      urls,
      sha256,
      bytes,
      destination: file.destination,
      workFolder: join(dataFolder, ".downloads", sha256),
      signal,
      onProgress: (received) => onProgress?.(file, received),
      retry,
    });
  }
  store.refresh();
  return plan;
}
