import { basename } from "node:path";
import type { Gpu, KvCacheType } from "../../../core/models/loadSettings.ts";
import type { Capability, ModelDescription } from "../../../core/models/languageModel.ts";
import { defaultBatchSize, defaultContextLength } from "../../../core/models/memoryNeed.ts";
import type { ModelHeader } from "../../../core/models/modelHeader.ts";
import { filesOf } from "../../../core/models/modelParts.ts";
import { modelNotices, specialTokens } from "../../../core/models/modelNotices.ts";
import { readModelHeader } from "./readModelHeader.ts";
import { workerEntry, type WorkerEntry } from "../../processes/workers.ts";
import type { EngineRestart } from "../backend.ts";
import { HostedModel } from "./hostedModel.ts";
import type { LoadParams, LoadResult } from "./protocol.ts";

export interface OpenModelOptions {
  /** Where the model runs; `auto` takes a GPU if llama.cpp finds one. */
  readonly gpu?: Gpu;
  /** Most tokens that a request may have; the model's own context length, at most 4096, when absent. */
  readonly contextLength?: number;
  /** Processor threads; absent, as many as make it fastest on this machine at the moment of loading. */
  readonly threads?: number;
  /** Number format of the attention cache. */
  readonly kvCacheType?: KvCacheType;
  /** Fused attention kernels. Off unless asked for: they save memory, and change log-likelihoods visibly. */
  readonly flashAttention?: boolean;
  /** Off, every request evaluates its whole prefix; there to measure what reuse saves. */
  readonly prefixReuse?: boolean;
  /** Folder in which file hashes are remembered. */
  readonly cacheFolder?: string;
  /** Hashes the whole file while it is loaded, whatever is remembered of it: its numbers go on record. */
  readonly hashAnew?: boolean;
  /** What the file's header says, where it was read already. */
  readonly header?: ModelHeader;
  /** Gives up loading. */
  readonly signal?: AbortSignal;
  /** Told whenever the model host ends unexpectedly. It is started again by itself. */
  readonly onRestart?: (restart: EngineRestart) => void;
  /** The host's program; that of this build when absent. */
  readonly entry?: WorkerEntry;
}

/**
 * Checks a GGUF file, starts a model host for it and loads it. The caller disposes of the model, which ends the process;
 * the process also ends when the caller's does.
 * @throws FileError when the file is not a whole GGUF model; ModelError when llama.cpp cannot load it; CancelledError
 *   when the signal fires
 */
export async function openModel(path: string, options: OpenModelOptions = {}): Promise<HostedModel> {
  const header = options.header ?? (await readModelHeader(path));
  const params: LoadParams = {
    path,
    files: [...filesOf(path, header)],
    cacheFolder: options.cacheFolder,
    hashAnew: options.hashAnew ?? false,
    gpu: options.gpu ?? "auto",
    contextLength: options.contextLength ?? defaultContextLength(header),
    threads: options.threads,
    kvCacheType: options.kvCacheType ?? "F32",
    flashAttention: options.flashAttention ?? false,
    batchSize: defaultBatchSize,
    prefixReuse: options.prefixReuse ?? true,
  };
  const describe = (loaded: LoadResult) => describeModel(path, header, params, loaded);
  const { entry = workerEntry("modelHost"), onRestart, signal } = options;
  return HostedModel.open(params, { entry, capabilities: capabilitiesOf(header), describe, onRestart, signal });
}

/** What llama.cpp can do with a model, by the header of its file. */
export function capabilitiesOf({ poolingType = 0, chatTemplate }: ModelHeader): ReadonlySet<Capability> {
  const capabilities: Capability[] = ["tokenizer", "scorer", "textGenerator"];
  if (chatTemplate !== undefined) capabilities.push("chatModel");
  if (poolingType > 0) capabilities.push("embedder");
  return new Set(capabilities);
}

function describeModel(path: string, header: ModelHeader, params: LoadParams, loaded: LoadResult): ModelDescription {
  const file = specialTokens(header.tokenizer);
  return {
    name: header.name ?? basename(path),
    identity: { kind: "sha256", sha256: loaded.fileSha256 },
    architecture: header.architecture,
    quantization: header.quantization,
    parameterCount: header.parameterCount,
    vocabularySize: loaded.vocabularySize,
    trainContextLength: loaded.trainContextLength,
    contextLength: params.contextLength,
    fileBytes: header.fileBytes,
    chatTemplate: header.chatTemplate,
    // Where the file names none that exists, llama.cpp takes another token.
    bos: loaded.bos?.token === file.bos ? loaded.bos : undefined,
    eos: loaded.eos?.token === file.eos ? loaded.eos : undefined,
    // The bindings deny it where llama.cpp's token is no control token.
    addsBos: file.addsBos ?? loaded.addsBos,
    notices: modelNotices(header, loaded.warnings),
    keepsWordsApart: loaded.keepsWordsApart,
    runtime: {
      engine: loaded.engine,
      device: loaded.device,
      gpuLayers: loaded.gpuLayers,
      threads: loaded.threads,
      kvCacheType: params.kvCacheType,
      flashAttention: params.flashAttention,
      groupSize: loaded.groupSize,
      prefixReuse: params.prefixReuse,
    },
  };
}
