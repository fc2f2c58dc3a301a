import type { LlamaModel, Token } from "node-llama-cpp";
import { CancelledError } from "../../core/errors.ts";
import type { GenerateResult } from "../../core/models/languageModel.ts";
import type { GenerateParams } from "../../node/backends/llamaCpp/protocol.ts";
import { groupEnds } from "../../core/models/tokenGroups.ts";
import type { SequenceState } from "./sequenceState.ts";
import { StreamedText } from "./streamedText.ts";

export interface GenerationOptions {
  /** Most tokens that are evaluated in one go. */
  readonly groupSize: number;
  readonly signal: AbortSignal;
  readonly onText: (piece: string) => void;
}

/** Generates text after a prompt, token by token. */
export async function generate(
  state: SequenceState,
  model: LlamaModel,
  request: GenerateParams,
  { groupSize, signal, onText }: GenerationOptions,
): Promise<GenerateResult> {
  const started = performance.now();
  const text = new StreamedText<Token>(
    (tokens, before) => model.detokenize(tokens, false, before),
    request.stop ?? [],
    onText,
  );
  const { prompt } = request;
  // The last token's distribution is the first to sample from.
  const tokens = prompt.slice(0, -1);
  const groups = { tokens, ends: groupEnds(tokens.length, groupSize, request.sharedTokens) };
  await state.start(groups, tokens.length);
  const { evaluatedTokens } = await state.evaluate(groups, new Map(), signal);
  const generated: Token[] = [];
  let stopReason: GenerateResult["stopReason"] = "endOfText";
  const stream = state.sequence.evaluate(prompt.slice(-1) as Token[], samplingOptions(request, generated));
  for await (const token of stream) {
    if (signal.aborted) throw new CancelledError("Generation was cancelled.");
    generated.push(token);
    if (text.add(token)) stopReason = "stopText";
    else if (generated.length === request.maxTokens) stopReason = "maxTokens";
    else continue;
    break;
  }
  return {
    text: text.finish(),
    tokens: generated.length,
    stopReason,
    evaluatedTokens: evaluatedTokens + state.sequence.nextTokenIndex - (prompt.length - 1),
    milliseconds: performance.now() - started,
  };
}

/** The bindings' own defaults (top-40, top-p 0.95) would cut the distribution where nobody asked for it. */
function samplingOptions({ sampling, maxTokens }: GenerateParams, generated: Token[]) {
  const { temperature, topK = 0, topP = 1, seed, frequencyPenalty = 0 } = sampling;
  return {
    temperature,
    topK,
    topP,
    minP: 0,
    seed,
    repeatPenalty: {
      punishTokens: () => generated,
      maxPunishTokens: maxTokens,
      penalty: 1,
      frequencyPenalty,
      presencePenalty: 0,
    },
  };
}
