import { availableParallelism, loadavg } from "node:os";
import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { ModelError } from "../../core/errors.ts";
import { largest } from "../../core/lists.ts";
import type { GenerateResult, ScoreRequest, ScoreResult } from "../../core/models/languageModel.ts";
import { processorGroup } from "../../core/models/tokenGroups.ts";
import { fileSha256, fileSha256Anew } from "../../node/files/fileHash.ts";
import type { GenerateParams, LoadParams, LoadResult } from "../../node/backends/llamaCpp/protocol.ts";
import { embedTexts } from "./embeddings.ts";
import { generate } from "./generation.ts";
import { score } from "./scoring.ts";
import { RequestQueue } from "./requestQueue.ts";
import { SequenceState } from "./sequenceState.ts";
import { fastestThreads, threadCandidates } from "./threads.ts";
import { Vocabulary } from "./vocabulary.ts";

/** A model in memory with the context that requests are evaluated in. */
export class LoadedModel {
  readonly vocabulary: Vocabulary;
  private readonly queue = new RequestQueue();

  private constructor(
    private readonly params: LoadParams,
    private readonly llama: Llama,
    private readonly model: LlamaModel,
    private readonly state: SequenceState,
    /** Tokens that are evaluated in one go. */
    private readonly groupSize: number,
  ) {
    this.vocabulary = new Vocabulary(model);
  }

  /** @throws ModelError when llama.cpp refuses the file or memory does not suffice; FileError when it cannot be read */
  static async load(params: LoadParams): Promise<{ model: LoadedModel; result: LoadResult }> {
    const log = new NativeLog();
    const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
    // Never compile or download anything: what runs is what was installed.
    const llama = await getLlama({
      gpu: params.gpu === "none" ? false : params.gpu,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.warn,
      logger: (level, message) => log.add(level === LlamaLogLevel.warn, message),
    }).catch((cause: Error) => {
      throw new ModelError(`llama.cpp cannot start${onDevice(params)}: ${cause.message}`, {
        hint: "Choose another device, or reinstall Medley for this platform.",
        cause,
      });
    });
    const candidates = possibleThreads(llama, params);
    llama.maxThreads = candidates.at(-1)!;
    // Both need the disk, and neither the other's result.
    const [fileHash, { model, context, warnings }] = await Promise.all([
      (params.hashAnew ? fileSha256Anew : fileSha256)(params.files, params.cacheFolder),
      loadNatively(llama, params, log),
    ]);
    const sequence = context.getSequence();
    llama.maxThreads = await fastestThreads(candidates, async (threads) => {
      llama.maxThreads = threads;
      return timeOfProbe(sequence);
    });
    const groupSize = llama.gpu === false ? processorGroup : params.batchSize;
    const loaded = new LoadedModel(params, llama, model, new SequenceState(sequence, params), groupSize);
    const described = describe(llama, model, loaded.vocabulary, fileHash);
    return { model: loaded, result: { ...described, warnings, groupSize } };
  }

  score(request: ScoreRequest, signal: AbortSignal): Promise<ScoreResult> {
    this.vocabulary.check(request.prefix, ...request.continuations);
    this.checkLength(request.prefix.length + largest(request.continuations.map((tokens) => tokens.length)) - 1);
    return this.queue.run(signal, () => score(this.state, request, this.groupSize, signal));
  }

  generate(request: GenerateParams, signal: AbortSignal, onText: (piece: string) => void): Promise<GenerateResult> {
    this.vocabulary.check(request.prompt);
    this.checkLength(request.prompt.length + request.maxTokens - 1);
    const options = { groupSize: this.groupSize, signal, onText };
    return this.queue.run(signal, () => generate(this.state, this.model, request, options));
  }

  embed(texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
    const { contextLength } = this.params;
    return embedTexts(this.model, texts, { contextLength, threads: this.llama.maxThreads }, signal);
  }

  async dispose(): Promise<void> {
    await this.llama.dispose();
  }

  private checkLength(tokens: number): void {
    if (tokens <= this.params.contextLength) return;
    throw new ModelError(
      `The request needs ${tokens} tokens of context, and the model was loaded with ${this.params.contextLength}.`,
      { hint: "Load the model with a longer context, or shorten the prompt (fewer shots)." },
    );
  }
}

async function loadNatively(
  llama: Llama,
  params: LoadParams,
  log: NativeLog,
): Promise<{ model: LlamaModel; context: LlamaContext; warnings: string[] }> {
  try {
    const model = await llama.loadModel({
      modelPath: params.path,
      gpuLayers: llama.gpu === false ? 0 : { fitContext: { contextSize: contextSize(params) } },
    });
    // What follows is of the context that was asked for, not of the file.
    const warnings = log.warnings();
    const context = await model.createContext({
      contextSize: contextSize(params),
      batchSize: params.batchSize,
      threads: llama.maxThreads,
      experimentalKvCacheKeyType: params.kvCacheType,
      experimentalKvCacheValueType: params.kvCacheType,
      flashAttention: params.flashAttention,
      // Without it a sliding-window model forgets the prefix that the next request shares.
      swaFullCache: true,
      // A smaller context than asked for would change which prompts fit.
      failedCreationRemedy: false,
    });
    return { model, context, warnings };
  } catch (cause) {
    const reason = [cause instanceof Error ? cause.message : String(cause), ...log.last(3)].join(" | ");
    throw new ModelError(`llama.cpp cannot load the model: ${reason}`, {
      place: { file: params.path },
      hint: "Check that the file is complete and its architecture supported, and that memory suffices for the context.",
      cause,
    });
  }
}

/** With a GPU the processor has little to do; one busy core more or less makes no difference to it. */
const threadsBesideGpu = 4;

function possibleThreads(llama: Llama, { threads }: LoadParams): number[] {
  if (threads !== undefined) return [threads];
  const candidates = threadCandidates(Math.min(availableParallelism(), llama.cpuMathCores), loadavg()[0]!);
  return llama.gpu === false ? candidates : [Math.min(candidates.at(-1)!, threadsBesideGpu)];
}

const probeTokens = 16;

/** Milliseconds of a small evaluation, which leaves nothing in the cache. */
async function timeOfProbe(sequence: LlamaContextSequence): Promise<number> {
  const tokens = Array.from({ length: probeTokens }, (_, index) => index as Token);
  const started = performance.now();
  await sequence.controlledEvaluate(tokens);
  const taken = performance.now() - started;
  await sequence.clearHistory();
  return taken;
}

/** The bindings keep one place free for a generated token. */
function contextSize(params: LoadParams): number {
  return params.contextLength + 1;
}

function describe(
  llama: Llama,
  model: LlamaModel,
  vocabulary: Vocabulary,
  fileSha256: string,
): Omit<LoadResult, "groupSize" | "warnings"> {
  const { tokens } = model;
  const special = (token: number | null, text: string | null) =>
    token === null ? undefined : { token, text: text ?? "" };
  return {
    fileSha256,
    vocabularySize: vocabulary.size,
    trainContextLength: model.trainContextSize,
    bos: special(tokens.bos, tokens.bosString),
    eos: special(tokens.eos, tokens.eosString),
    addsBos: tokens.shouldPrependBosToken,
    threads: llama.maxThreads,
    keepsWordsApart: vocabulary.keepsWordsApart,
    device: llama.gpu === false ? "cpu" : llama.gpu,
    gpuLayers: model.gpuLayers,
    engine: `llama.cpp ${llama.llamaCppRelease.release}`,
  };
}

function onDevice({ gpu }: LoadParams): string {
  return gpu === "auto" || gpu === "none" ? "" : ` on ${gpu}`;
}

const mostWarnings = 1000;

/** What llama.cpp logs: its last lines hold the reason why it refuses a file. */
class NativeLog {
  private readonly lines: string[] = [];
  private readonly warned = new Set<string>();

  add(isWarning: boolean, message: string): void {
    this.lines.push(message.trim());
    if (this.lines.length > 20) this.lines.shift();
    if (!isWarning || this.warned.size === mostWarnings) return;
    // Without the name of the function, and without lines that only frame others.
    const text = message
      .replace(/^\w+: /, "")
      .replace(/\s+/g, " ")
      .trim();
    if (/\w/.test(text)) this.warned.add(text);
  }

  /** Every warning so far, once. */
  warnings(): string[] {
    return [...this.warned];
  }

  last(count: number): string[] {
    return this.lines.slice(-count);
  }
}
