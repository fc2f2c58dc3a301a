import type { Place } from "../../core/errors.ts";
import type { LeadingTokens } from "../../core/evaluation/leadingTokens.ts";
import type { Capability, LanguageModel } from "../../core/models/languageModel.ts";
import type { LoadSettings } from "../../core/models/loadSettings.ts";
import type { MemoryNeed } from "../../core/models/memoryNeed.ts";
import type { ModelIdentity } from "../../core/models/modelIdentity.ts";
import type { FileHeader, ModelFolder, ModelListing } from "../../core/models/modelListing.ts";
import type { ModelOverview } from "../../core/models/modelOverview.ts";
import type { ModelRef, ModelRefs, RefScheme } from "../../core/models/modelRef.ts";

/** What runs models of one kind of reference: an engine on this machine, or a server. The registry lists them. */
export interface Backend<Scheme extends RefScheme = RefScheme> {
  /** Its name as its users know it. */
  readonly title: string;
  /** The references that are its models'. */
  readonly scheme: Scheme;
  /** Its models in a few words, for the sentence that says what there is: "GGUF files". */
  readonly models: string;
  /**
   * Looks at a model without opening it.
   * @throws FileError when it is a file that cannot be used; ModelError when there is no such model
   */
  find(ref: ModelRefs[Scheme], options?: FindOptions): Promise<BackendModel>;
  /** How its models are found on disk, where they are files. */
  readonly files?: ModelFiles;
}

export interface FindOptions {
  /** Reads a model's file, where this process may not be held up by it. */
  readonly readHeader?: (path: string) => Promise<FileHeader>;
}

/** A model that a backend has, with all that can be known before it is opened. */
export interface BackendModel {
  readonly ref: ModelRef;
  /** What an error about it points to. */
  readonly place: Place;
  readonly overview: ModelOverview;
  readonly capabilities: ReadonlySet<Capability>;
  readonly leadingTokens: LeadingTokens;
  /** Versions of the software that runs it, by name, as a run records them. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Everything of the backend that a number may depend on, by a name that a user understands: a part of a run's identity.
   * Its version is called `engine`.
   */
  readonly computation: Readonly<Record<string, string>>;
  /** @throws FileError or ModelError when it cannot be read or asked */
  identify(options: IdentifyOptions): Promise<ModelIdentity>;
  /**
   * The caller disposes of the model.
   * @throws FileError or ModelError when it cannot be opened; CancelledError when the signal fires
   */
  open(options: OpenOptions): Promise<LanguageModel>;
}

export interface IdentifyOptions {
  /** Folder in which hashes of files are remembered. */
  readonly cacheFolder?: string;
  /** Computed anew, without the cache: the identity is recorded. */
  readonly anew?: boolean;
}

export interface OpenOptions extends LoadSettings {
  /** Folder in which hashes of files are remembered. */
  readonly cacheFolder?: string;
  /** Hashes files again, whatever is remembered of them: the model's numbers go on record. */
  readonly hashAnew?: boolean;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
  /** Told whenever what runs the model ended unexpectedly. It is started again by itself. */
  readonly onRestart?: (restart: EngineRestart) => void;
}

/** What runs a model ended while it was needed; it is started again. */
export interface EngineRestart {
  /** What is known about the end: exit code or signal, and the last lines of native output. */
  readonly reason: string;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/** Models that are files. */
export interface ModelFiles {
  /** Endings of their names, in lower case, without the dot. */
  readonly endings: readonly string[];
  /** What a file's model is called without looking at it: the name that tells variants of a model apart. */
  nameOf(path: string): string;
  /**
   * Reads what a file says of its model.
   * @throws FileError when it cannot be used
   */
  readHeader(path: string): Promise<FileHeader>;
  /**
   * Lists the models in a folder and the folders below it, the unusable ones with the reason. Reads headers only.
   * @param known earlier listings by path: a model whose files did not change is not read again
   * @throws FileError when the folder cannot be read
   */
  list(folder: string, known?: ReadonlyMap<string, ModelListing>): Promise<ModelFolder>;
  /** Memory that a model would take, opened with these settings. */
  memoryNeed(header: FileHeader, settings: LoadSettings): FileMemoryNeed;
}

/** With the context that it was reckoned for, in tokens. */
export type FileMemoryNeed = MemoryNeed & { readonly contextLength: number };
