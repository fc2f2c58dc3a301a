import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type {
  BenchmarkDefinition,
  BenchmarkFiles,
  DataFile,
  FileRole,
  FileSpecification,
  KnownFile,
  ReadOptions,
  ReadResult,
} from "../../core/benchmarks/benchmark.ts";
import { chooseFile, isFetchable, type Candidate, type FileChoice } from "../../core/benchmarks/fileChoice.ts";
import { ownQuestions } from "../../core/benchmarks/ownQuestions.ts";
import { requireUsable, withoutShots } from "../../core/benchmarks/reading.ts";
import { benchmarks } from "../../core/benchmarks/registry.ts";
import { FileError } from "../../core/errors.ts";
import { fileSha256 } from "../files/fileHash.ts";
import { findDataFiles } from "./findDataFiles.ts";

export interface DataStoreOptions {
  /** Folders (or files) that the user named, searched first and in this order. */
  readonly folders: readonly string[];
  /** Where downloads are kept, searched after them; need not exist. */
  readonly dataFolder: string;
  /** Root of Medley's own files: the repository, the extension, the package. Its `samples/data` is searched last. */
  readonly resourcesFolder?: string;
}

export interface FileStatus {
  readonly specification: FileSpecification;
  readonly choice: FileChoice;
}

export interface BenchmarkStatus {
  readonly definition: BenchmarkDefinition;
  /** Whether every required file is found and none is ambiguous. Its content is not looked at. */
  readonly ready: boolean;
  readonly files: readonly FileStatus[];
  /** Parts of the folders that were not searched. */
  readonly warnings: readonly string[];
}

/** A file that a result depends on, for the run's manifest. */
export interface LoadedFile {
  readonly role: FileRole;
  /** Absent for questions that stand in the configuration itself. */
  readonly path?: string;
  readonly bytes: number;
  /** Of the very bytes that were read. */
  readonly sha256: string;
  /** Whether this content is a published version that Medley knows. */
  readonly isKnown: boolean;
  readonly version?: string;
}

export interface LoadedBenchmark extends ReadResult {
  readonly definition: BenchmarkDefinition;
  readonly files: readonly LoadedFile[];
  /** What a reader of the number must know: unknown versions, unsearched folders. Belongs into the run's events. */
  readonly warnings: readonly string[];
}

export interface LoadOptions extends ReadOptions {
  /** Whether one malformed record is enough to refuse the file. */
  readonly strict?: boolean;
  /** Whether few-shot examples will be needed; without them their files are neither read nor recorded. Default true. */
  readonly withShots?: boolean;
}

export interface OwnOptions extends LoadOptions {
  /** BCP 47 tag of questions that name none. */
  readonly language?: string;
}

/** Larger files are not read: no benchmark is, and a string cannot be. */
const maximumBytes = 512 * 1024 * 1024;

/** Finds the files of benchmarks in the user's folders and reads them. Searches each folder once. */
export class DataStore {
  private readonly options: DataStoreOptions;
  private readonly catalogue: readonly BenchmarkDefinition[];
  private readonly wanted: Wanted;
  private readonly found = new Map<string, Promise<Place>>();

  /** @param catalogue all benchmarks among which a file may have to be told apart */
  constructor(options: DataStoreOptions, catalogue: readonly BenchmarkDefinition[] = benchmarks) {
    this.options = options;
    this.catalogue = catalogue;
    const specifications = catalogue.flatMap(({ files }) => files);
    this.wanted = {
      names: new Set(specifications.flatMap(({ names }) => names.map((name) => basename(name).toLowerCase()))),
      sizes: new Set(specifications.flatMap(({ known }) => known.map(({ bytes }) => bytes))),
    };
  }

  /** State of every benchmark of the catalogue. */
  async list(): Promise<BenchmarkStatus[]> {
    const statuses: BenchmarkStatus[] = [];
    for (const definition of this.catalogue) statuses.push(await this.status(definition));
    return statuses;
  }

  /** @throws FileError when a folder that the user named cannot be read */
  async status(definition: BenchmarkDefinition): Promise<BenchmarkStatus> {
    const places = await this.places();
    const files: FileStatus[] = [];
    for (const specification of definition.files) {
      files.push({ specification, choice: await this.choose(specification, places) });
    }
    const ready = files.every(
      ({ specification, choice }) =>
        choice.state === "known" ||
        choice.state === "unknownVersion" ||
        (choice.state === "missing" && !specification.required),
    );
    return { definition, ready, files, warnings: places.flatMap(({ warnings }) => warnings) };
  }

  /**
   * Reads a benchmark.
   * @throws FileError when a required file is missing, ambiguous or unreadable; DataError when a file is malformed as a
   *   whole, when nothing is left of it, and, if strict, when one record is malformed
   */
  async load(definition: BenchmarkDefinition, options: LoadOptions = {}): Promise<LoadedBenchmark> {
    const status = await this.status(definition);
    const files = new Map<FileRole, DataFile>();
    const records: LoadedFile[] = [];
    for (const { specification, choice } of status.files) {
      const isForShots = specification.role === "train" || specification.role === "dev";
      if (isForShots && options.withShots === false) continue;
      const path = this.pathOf(definition, specification, choice);
      if (path === undefined) continue;
      const { file, record } = await readDataFile(path, specification);
      files.set(specification.role, file);
      records.push(record);
    }
    const result = readBenchmark(definition, files, options);
    const used = records.filter(({ role }) => result.used.includes(role));
    const warnings = [...status.warnings, ...used.flatMap((file) => unknownVersion(definition, file, result))];
    requireUsable(definition, result, options);
    return { ...result, definition, files: used, warnings };
  }

  /**
   * Makes sure that everything missing is reported at once.
   * @throws FileError that names all benchmarks of which a required file is missing, where these are several
   */
  async requireAtHand(definitions: readonly BenchmarkDefinition[]): Promise<void> {
    const absent: BenchmarkDefinition[] = [];
    for (const definition of new Set(definitions)) {
      const { files } = await this.status(definition);
      const isMissing = files.some(({ specification, choice }) => specification.required && choice.state === "missing");
      if (isMissing) absent.push(definition);
    }
    // Of a single one its loading names the file.
    if (absent.length > 1) throw this.missing(absent, "their data is");
  }

  /**
   * Reads a file with the user's own questions.
   * @throws FileError, DataError, ConfigurationError as {@link load} and {@link ownQuestions} do
   */
  async loadOwn(path: string, options: OwnOptions = {}): Promise<LoadedBenchmark> {
    const definition = ownQuestions(path, options.language);
    const { file, record } = await readDataFile(resolve(path), definition.files[0]!);
    const result = readBenchmark(definition, new Map([["test", file]]), options);
    requireUsable(definition, result, options);
    return { ...result, definition, files: [record], warnings: [] };
  }

  /** Forgets what the folders held, for example after a download. */
  refresh(): void {
    this.found.clear();
  }

  private async choose(specification: FileSpecification, places: readonly Place[]): Promise<FileChoice> {
    const catalogue = this.catalogue.flatMap(({ files }) => files);
    for (const { candidates } of places) {
      const choice = chooseFile(specification, candidates, catalogue);
      if (choice.state !== "missing") return choice;
    }
    return { state: "missing" };
  }

  private async places(): Promise<Place[]> {
    const { folders, dataFolder, resourcesFolder } = this.options;
    const named = folders.map((folder) => this.place(resolve(folder), "required"));
    const own = [this.place(resolve(dataFolder), "optional")];
    if (resourcesFolder !== undefined) own.push(this.place(join(resourcesFolder, "samples", "data"), "optional"));
    return await Promise.all([...named, ...own]);
  }

  private async place(location: string, presence: Presence): Promise<Place> {
    const known = this.found.get(location);
    if (known !== undefined) return await known;
    const search = searchPlace(location, presence, this.wanted);
    this.found.set(location, search);
    return await search;
  }

  /** @throws FileError when a required file is missing, or when there are several */
  private pathOf(
    definition: BenchmarkDefinition,
    specification: FileSpecification,
    choice: FileChoice,
  ): string | undefined {
    if (choice.state === "known" || choice.state === "unknownVersion") return choice.file.path;
    if (choice.state === "ambiguous") {
      const paths = choice.files.map(({ path }) => path).join(", ");
      throw new FileError(`${definition.id}: several files could be the ${specification.role} file: ${paths}.`, {
        hint: "Name the folder of the one you mean.",
      });
    }
    if (!specification.required) return undefined;
    throw this.missing([definition], `the ${specification.role} file ${specification.names[0]} is`);
  }

  private missing(definitions: readonly BenchmarkDefinition[], what: string): FileError {
    const { folders, dataFolder } = this.options;
    const ids = definitions.map(({ id }) => id);
    const benchmarks = definitions.filter(isFetchable).map(({ id }) => id);
    return new FileError(`${ids.join(", ")}: ${what} not in ${[...folders, dataFolder].join(", ")}.`, {
      hint: "Name the folder that holds it.",
      ...(benchmarks.length > 0 && { remedy: { action: "fetchData", benchmarks } }),
    });
  }
}

/** A folder that the user named must be there. */
type Presence = "required" | "optional";

interface Place {
  readonly candidates: readonly Candidate[];
  readonly warnings: readonly string[];
}

/** What makes a file worth a closer look: one of these names, or one of these sizes. */
interface Wanted {
  readonly names: ReadonlySet<string>;
  readonly sizes: ReadonlySet<number>;
}

async function searchPlace(location: string, presence: Presence, wanted: Wanted): Promise<Place> {
  const found = await findDataFiles(location).catch((error: unknown) => {
    const isAbsent = error instanceof FileError && (error.cause as NodeJS.ErrnoException).code === "ENOENT";
    if (isAbsent && presence === "optional") return { files: [], warnings: [] };
    throw error;
  });
  const candidates: Candidate[] = [];
  const warnings = [...found.warnings];
  for (const file of found.files) {
    const isNamed = wanted.names.has(basename(file.path).toLowerCase());
    if (!wanted.sizes.has(file.bytes)) {
      if (isNamed) candidates.push(file);
      continue;
    }
    try {
      candidates.push({ ...file, sha256: await fileSha256(file.path) });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      warnings.push(`${file.path} was left out: ${error.message}`);
    }
  }
  return { candidates, warnings };
}

/** What a benchmark's files hold, as far as it is wanted. */
export function readBenchmark(
  definition: BenchmarkDefinition,
  files: BenchmarkFiles,
  options: LoadOptions,
): ReadResult {
  const result = definition.read(files, options);
  return options.withShots === false ? withoutShots(result) : result;
}

/** The hash is taken of the bytes that are parsed, so that the manifest cannot name another content. */
async function readDataFile(
  path: string,
  specification: FileSpecification,
): Promise<{ file: DataFile; record: LoadedFile }> {
  const unreadable = (cause: Error): never => {
    throw new FileError(`The file cannot be read: ${cause.message}`, { place: { file: path }, cause });
  };
  const { size } = await stat(path).catch(unreadable);
  if (size > maximumBytes) {
    throw new FileError(`The file has ${size} bytes; ${maximumBytes} is the most.`, { place: { file: path } });
  }
  const content = await readFile(path).catch(unreadable);
  const bytes = new Uint8Array(content.buffer, content.byteOffset, content.length);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const known = specification.known.find((candidate) => candidate.sha256 === sha256);
  return { file: { path, bytes, known }, record: recordOf(specification.role, path, bytes.length, sha256, known) };
}

function recordOf(
  role: FileRole,
  path: string,
  bytes: number,
  sha256: string,
  known: KnownFile | undefined,
): LoadedFile {
  return { role, path, bytes, sha256, isKnown: known !== undefined, version: known?.version };
}

function unknownVersion(definition: BenchmarkDefinition, file: LoadedFile, result: ReadResult): string[] {
  if (file.isKnown) return [];
  const size = definition.sizes.join(" or ");
  const sizes = file.role === "test" ? ` It gives ${result.items.length} items; published: ${size}.` : "";
  return [
    `${definition.id}: the ${file.role} file ${file.path ?? definition.id} is no version that Medley knows (sha256 ${file.sha256}).${sizes}`,
  ];
}
