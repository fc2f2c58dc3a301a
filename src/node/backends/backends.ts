import { MedleyError, ModelError } from "../../core/errors.ts";
import type { LoadSettings } from "../../core/models/loadSettings.ts";
import type { FileHeader, ModelFolder, ModelListing } from "../../core/models/modelListing.ts";
import { printModelRef, type ModelRef } from "../../core/models/modelRef.ts";
import type { Backend, BackendModel, FileMemoryNeed, FindOptions, ModelFiles } from "./backend.ts";

/** All backends. Code that needs a model asks here and knows none of them by name. */
export class Backends {
  constructor(private readonly all: readonly Backend[]) {}

  /**
   * Looks at a model without opening it.
   * @throws ModelError when no backend runs such models; otherwise what the backend throws
   */
  async find(ref: ModelRef, options?: FindOptions): Promise<BackendModel> {
    const backend = this.backendOf(ref);
    if (backend === undefined) throw this.unknown(ref);
    return await backend.find(ref, options);
  }

  /** Why no backend runs such models, with what there is instead; undefined where one does. Asks no server. */
  refusal(ref: ModelRef): ModelError | undefined {
    return this.backendOf(ref) === undefined ? this.unknown(ref) : undefined;
  }

  /** Endings of the names of models that are files, without the dot. */
  get fileEndings(): readonly string[] {
    return this.files.flatMap(({ endings }) => endings);
  }

  /** What a file's model is called without looking at it. */
  fileModelName(path: string): string {
    return this.filesOf(path).nameOf(path);
  }

  /**
   * Reads what a model's file says of it.
   * @throws FileError when it cannot be used
   */
  async readHeader(path: string): Promise<FileHeader> {
    return await this.filesOf(path).readHeader(path);
  }

  /**
   * Lists the models in a folder and the folders below it, the unusable ones with the reason. Opens none.
   * @param known earlier listings by path: a model whose files did not change is not read again
   * @throws FileError when the folder cannot be read
   */
  async list(folder: string, known?: ReadonlyMap<string, ModelListing>): Promise<ModelFolder> {
    const found = await Promise.all(this.files.map((files) => files.list(folder, known)));
    const problems = new Set(found.flatMap((each) => each.problems));
    return { folder, models: found.flatMap(({ models }) => models), problems: [...problems] };
  }

  /** The same, where the folder itself may be unreadable: that is then its problem. */
  async listOrProblem(folder: string, known?: ReadonlyMap<string, ModelListing>): Promise<ModelFolder> {
    try {
      return await this.list(folder, known);
    } catch (error) {
      if (!(error instanceof MedleyError)) throw error;
      return { folder, models: [], problems: [error.message] };
    }
  }

  /** Memory that a listed model would take, opened with these settings; undefined for one that cannot be used. */
  memoryNeed(
    { path, header }: Pick<ModelListing, "path" | "header">,
    settings: LoadSettings,
  ): FileMemoryNeed | undefined {
    return header && this.filesOf(path).memoryNeed(header, settings);
  }

  private get files(): readonly ModelFiles[] {
    return this.all.flatMap(({ files }) => files ?? []);
  }

  private filesOf(path: string): ModelFiles {
    const ref = { scheme: "file", path } as const;
    const files = this.backendOf(ref)?.files;
    if (files === undefined) throw this.unknown(ref);
    return files;
  }

  /** Of several for files, that of the file's ending; a file may have another ending, or none. */
  private backendOf(ref: ModelRef): Backend | undefined {
    const able = this.all.filter(({ scheme }) => scheme === ref.scheme);
    if (ref.scheme !== "file") return able[0];
    const name = ref.path.toLowerCase();
    return able.find(({ files }) => files?.endings.some((ending) => name.endsWith(`.${ending}`))) ?? able[0];
  }

  private unknown(ref: ModelRef): ModelError {
    const available = this.all.map(({ models, title }) => `${models} (${title})`).join(", ");
    return new ModelError(`Medley cannot run ${printModelRef(ref)} yet: it runs ${available}.`);
  }
}
