import { setTimeout as delay } from "node:timers/promises";
import { CancelledError, ModelError, ModelHostError } from "../../../core/errors.ts";
import type {
  Capability,
  ChatMessage,
  ChatRequest,
  ChatResult,
  GenerateRequest,
  GenerateResult,
  ModelDescription,
  ModelWith,
  RenderedChat,
  ScoreRequest,
  ScoreResult,
  StreamOptions,
} from "../../../core/models/languageModel.ts";
import type { EngineRestart } from "../backend.ts";
import type { WorkerEntry } from "../../processes/workers.ts";
import { WorkerExit, WorkerProcess } from "../../processes/workerProcess.ts";
import type { RpcMethod } from "../../processes/method.ts";
import { generatedNotification, generatedSchema, methods, type LoadParams, type LoadResult } from "./protocol.ts";
import { SharedExclusiveGate } from "./sharedExclusiveGate.ts";

export interface HostOptions {
  /** The host's program. */
  readonly entry: WorkerEntry;
  /** Those of the model that is loaded. */
  readonly capabilities: ReadonlySet<Capability>;
  readonly describe: (loaded: LoadResult) => ModelDescription;
  readonly onRestart?: (restart: EngineRestart) => void;
  /** Gives up the first loading. */
  readonly signal?: AbortSignal;
}

interface Running {
  readonly host: WorkerProcess;
  readonly loaded: LoadResult;
}

/** Crashes of the host after which a request, or loading the model, is given up. */
const mostCrashes = 3;
const firstDelay = 200;
const longestDelay = 5000;

/**
 * A model in a model host process. When the process ends unexpectedly, it is started again on the next request, and
 * requests that were with it are repeated one at a time, so that it is known which of them ends it.
 */
export class HostedModel implements ModelWith<Capability> {
  private running: Promise<Running> | undefined;
  private readonly gate = new SharedExclusiveGate();
  private crashesInARow = 0;
  private nextStream = 0;
  /** Who receives the text of each request that generates now. */
  private readonly streams = new Map<number, (piece: string) => void>();
  private disposed = false;
  /** Why the model could not be loaded again: what waits for it need not try for itself. */
  private unusable: ModelError | undefined;
  /** What the first load answered. */
  private first: LoadResult | undefined;

  readonly capabilities: ReadonlySet<Capability>;

  private constructor(
    private readonly params: LoadParams,
    private readonly options: HostOptions,
  ) {
    this.capabilities = options.capabilities;
  }

  /** Known once the model was loaded for the first time, and `open` gives out no instance before that. */
  description!: ModelDescription;

  /** @throws ModelError when llama.cpp refuses the file, or ends while loading it; CancelledError when the signal fires */
  static async open(params: LoadParams, options: HostOptions): Promise<HostedModel> {
    const model = new HostedModel(params, options);
    const { loaded } = await model.host();
    model.description = options.describe(loaded);
    return model;
  }

  /** Process id of the model host; undefined while none runs. */
  async hostPid(): Promise<number | undefined> {
    return (await this.running)?.host.pid;
  }

  tokenize(texts: readonly string[], parseSpecial: boolean): Promise<number[][]> {
    return this.request(methods.tokenize, { texts: [...texts], parseSpecial });
  }

  tokenTexts(tokens: readonly number[]): Promise<string[]> {
    return this.request(methods.tokenTexts, { tokens: [...tokens] });
  }

  tokensDecodingTo(texts: readonly string[]): Promise<number[][]> {
    return this.request(methods.tokensDecodingTo, { texts: [...texts] });
  }

  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult> {
    const continuations = request.continuations.map((tokens) => [...tokens]);
    return this.request(methods.score, { ...request, prefix: [...request.prefix], continuations }, signal);
  }

  generate(request: GenerateRequest, options: StreamOptions = {}): Promise<GenerateResult> {
    const stream = this.nextStream++;
    let delivered = false;
    const { onText } = options;
    const listener = (piece: string) => {
      delivered = true;
      onText?.(piece);
    };
    const params = { ...request, stream, prompt: [...request.prompt], stop: request.stop && [...request.stop] };
    return this.attempt(
      async (host) => {
        if (onText !== undefined) this.streams.set(stream, listener);
        try {
          return await host.call(methods.generate, params, options.signal);
        } finally {
          this.streams.delete(stream);
        }
      },
      // Text that was passed on cannot be taken back.
      { signal: options.signal, mayRepeat: () => !delivered },
    );
  }

  async renderChat(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<RenderedChat> {
    const { name, chatTemplate: template, bos, eos, addsBos } = this.description;
    if (template === undefined) throw new ModelError(`${name} has no chat template, which a chat needs.`);
    const params = { template, messages: [...messages], bos: bos?.text, eos: eos?.text };
    const text = await this.request(methods.renderChat, params, signal);
    const [tokens] = await this.request(methods.tokenize, { texts: [text], parseSpecial: true });
    const isMissing = addsBos && bos !== undefined && tokens![0] !== bos.token;
    return { text, tokens: isMissing ? [bos.token, ...tokens!] : tokens! };
  }

  async chat({ messages, maxTokens, ...request }: ChatRequest, options: StreamOptions = {}): Promise<ChatResult> {
    const { tokens: prompt } = await this.renderChat(messages, options.signal);
    const { contextLength } = this.description;
    const room = contextLength - prompt.length;
    if (room < 1) {
      throw new ModelError(
        `The conversation has ${prompt.length} tokens, and the model's context of ${contextLength} leaves no room for an answer.`,
        { hint: "Shorten it, or load the model with a longer context." },
      );
    }
    const asked = { ...request, prompt, maxTokens: Math.min(maxTokens ?? room, room) };
    return { ...(await this.generate(asked, options)), promptTokens: prompt.length };
  }

  embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]> {
    return this.request(methods.embed, { texts: [...texts] }, signal);
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    const running = await this.running?.catch(() => undefined);
    await running?.host.end(methods.unload);
  }

  private request<Params, Result>(
    method: RpcMethod<Params, Result>,
    params: Params,
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.attempt((host) => host.call(method, params, signal), { signal, mayRepeat: () => true });
  }

  /** Runs `use` with a host, again with a new one when the host ends. */
  private async attempt<T>(
    use: (host: WorkerProcess) => Promise<T>,
    { signal, mayRepeat }: { signal?: AbortSignal; mayRepeat: () => boolean },
  ): Promise<T> {
    for (let crashes = 0; ;) {
      // What was with the host when it ended is suspect, and repeated alone.
      const leave = await this.gate.enter(crashes > 0);
      try {
        if (signal?.aborted === true) throw new CancelledError("The request was cancelled.");
        const { host } = await this.host();
        const result = await use(host);
        this.crashesInARow = 0;
        return result;
      } catch (error) {
        if (!(error instanceof WorkerExit)) throw error;
        crashes++;
        if (this.disposed) throw new CancelledError("The model was closed.", { cause: error });
        if (crashes === mostCrashes || !mayRepeat()) throw hostEnded(error, crashes);
      } finally {
        leave();
      }
    }
  }

  /** The running host, after starting it and loading the model where necessary. */
  private host(): Promise<Running> {
    if (this.disposed) throw new ModelHostError("The model was closed.");
    if (this.unusable !== undefined) throw this.unusable;
    if (this.running === undefined) {
      const starting = this.start();
      this.running = starting;
      const forget = () => {
        if (this.running === starting) this.running = undefined;
      };
      starting.then(({ host }) => void host.exited.then(forget), forget);
    }
    return this.running;
  }

  private async start(): Promise<Running> {
    for (let crashes = 0; ;) {
      if (this.crashesInARow > 0) await delay(this.restartDelay());
      const host = new WorkerProcess(this.options.entry);
      void host.exited.then((reason) => this.noteExit(host, reason));
      host.onNotification(generatedNotification, generatedSchema, ({ stream, piece }) =>
        this.streams.get(stream)?.(piece),
      );
      try {
        const threads = this.params.threads ?? this.first?.threads;
        const signal = this.first === undefined ? this.options.signal : undefined;
        const loaded = await host.call(methods.load, { ...this.params, threads }, signal);
        this.checkSameFile(loaded);
        return { host, loaded };
      } catch (error) {
        host.kill();
        if (!(error instanceof WorkerExit)) throw error;
        crashes++;
        if (this.disposed) throw error;
        if (crashes === mostCrashes) throw (this.unusable = this.cannotLoad(error, crashes));
      }
    }
  }

  private noteExit(host: WorkerProcess, reason: string): void {
    if (this.disposed || host.endedByUs) return;
    this.crashesInARow++;
    this.options.onRestart?.({ reason, delay: this.restartDelay() });
  }

  private restartDelay(): number {
    return Math.min(firstDelay * 2 ** (this.crashesInARow - 1), longestDelay);
  }

  /** Results before and after a restart must come from the same weights. */
  private checkSameFile(loaded: LoadResult): void {
    this.first ??= loaded;
    if (loaded.fileSha256 === this.first.fileSha256) return;
    throw new ModelError("The model file was changed while it was in use.", {
      place: { file: this.params.path },
      hint: "Start again with the file that you mean; results of the two must not be mixed.",
    });
  }

  private cannotLoad(cause: Error, crashes: number): ModelError {
    if (isOfTokenizer(cause)) {
      return new ModelError(`llama.cpp cannot use the tokenizer in the file, and ends with it: ${cause.message}.`, {
        place: { file: this.params.path },
        hint: "Tokens or tables of the tokenizer are missing or damaged. Convert the model again, or get another GGUF of it.",
        cause,
      });
    }
    return new ModelError(`The model host ended ${crashes} times while loading the model: ${cause.message}.`, {
      place: { file: this.params.path },
      hint: "The file may be damaged, or memory may not suffice. Download it again, or choose a shorter context.",
      cause,
    });
  }
}

/**
 * Whether the last output of a host tells of an assertion in llama.cpp's tokenizer, or of a piece of text, a byte for
 * example, that its table of tokens lacks (`token_to_id.at` in src/llama-vocab.cpp, in the words of libstdc++ and libc++).
 */
function isOfTokenizer({ message }: Error): boolean {
  return /llama-vocab\.cpp|unicode\.cpp|_Map_base::at|unordered_map::at/.test(message);
}

function hostEnded(cause: Error, crashes: number): ModelHostError {
  return new ModelHostError(
    `The model host ended ${crashes === 1 ? "" : `${crashes} times `}while working on this request: ${cause.message}.`,
    { hint: "Memory may not suffice, or the model file may be damaged.", cause },
  );
}
