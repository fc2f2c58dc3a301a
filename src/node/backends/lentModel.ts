import type { MessageConnection } from "vscode-jsonrpc/node";
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import { modelDescriptionSchema, type Tokenizer } from "../../core/models/languageModel.ts";
import { defineMethod, type RpcMethod } from "../processes/method.ts";
import type { WorkerProcess } from "../processes/workerProcess.ts";
import { fromResponseError } from "../processes/wireErrors.ts";

const tokensSchema = z.array(z.int());

/** What a child process asks of models that its parent has loaded, so that it need not load them again. */
const lendingMethods = {
  /** Null where the model is not loaded. */
  describe: defineMethod("lent.describe", z.object({ path: z.string() }), modelDescriptionSchema.nullable()),
  tokenize: defineMethod(
    "lent.tokenize",
    z.object({ path: z.string(), texts: z.array(z.string()), parseSpecial: z.boolean() }),
    z.array(tokensSchema),
  ),
  tokenTexts: defineMethod(
    "lent.tokenTexts",
    z.object({ path: z.string(), tokens: tokensSchema }),
    z.array(z.string()),
  ),
} as const;

/** Finds a model that is loaded, by the path of its file. */
export type Lender = (path: string) => Tokenizer | undefined;

/** Finds a model that the parent process lends to this one. */
export type Borrower = (path: string) => Promise<Tokenizer | undefined>;

/** Answers a child process out of the models that are loaded here. */
export function lend(process: WorkerProcess, find: Lender): void {
  const require = (path: string): Tokenizer => {
    const model = find(path);
    if (model !== undefined) return model;
    throw new ModelError("The model is no longer loaded.", { place: { file: path }, hint: "Try again." });
  };
  process.answer(lendingMethods.describe, async ({ path }) => find(path)?.description ?? null);
  process.answer(lendingMethods.tokenize, ({ path, texts, parseSpecial }) =>
    require(path).tokenize(texts, parseSpecial),
  );
  process.answer(lendingMethods.tokenTexts, ({ path, tokens }) => require(path).tokenTexts(tokens));
}

/** What the parent process at the other end of a connection lends, if it lends at all. */
export function borrowFrom(connection: MessageConnection): Borrower {
  const ask = async <Params, Result>({ name, result }: RpcMethod<Params, Result>, params: Params): Promise<Result> => {
    try {
      return result.parse(await connection.sendRequest<unknown>(name, params));
    } catch (error) {
      throw fromResponseError(error);
    }
  };
  return async (path) => {
    const description = await ask(lendingMethods.describe, { path });
    if (description === null) return undefined;
    return {
      description,
      tokenize: (texts, parseSpecial) => ask(lendingMethods.tokenize, { path, texts: [...texts], parseSpecial }),
      tokenTexts: (tokens) => ask(lendingMethods.tokenTexts, { path, tokens: [...tokens] }),
    };
  };
}
