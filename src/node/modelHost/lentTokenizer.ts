import type { MessageConnection } from "vscode-jsonrpc/node";
import type { ModelDescription, Tokenizer } from "../../core/models/languageModel.ts";
import type { HostProcess } from "./hostProcess.ts";
import { methods } from "./protocol.ts";
import { fromWireError } from "./wireErrors.ts";

/** Lets a child process ask a model that is loaded here for tokens, so that it need not load it again. */
export function lendTokenizer(process: HostProcess, model: Tokenizer): void {
  process.answer(methods.tokenize, ({ texts, parseSpecial }) => model.tokenize(texts, parseSpecial));
  process.answer(methods.tokenTexts, ({ tokens }) => model.tokenTexts(tokens));
}

/** The same model as the child process sees it. */
export function borrowTokenizer(connection: MessageConnection, description: ModelDescription): Tokenizer {
  const ask = async <Params, Result>(
    { name, result }: { name: string; result: { parse(value: unknown): Result } },
    params: Params,
  ): Promise<Result> => {
    try {
      return result.parse(await connection.sendRequest<unknown>(name, params));
    } catch (error) {
      throw fromWireError(error);
    }
  };
  return {
    description,
    tokenize: (texts, parseSpecial) => ask(methods.tokenize, { texts, parseSpecial }),
    tokenTexts: (tokens) => ask(methods.tokenTexts, { tokens }),
  };
}
