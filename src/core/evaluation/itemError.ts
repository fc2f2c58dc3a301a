import { MedleyError, type MedleyErrorOptions } from "../errors.ts";

export type ItemErrorCode =
  /** The prompt does not fit the context window, and the overflow policy leaves no way to make it fit. */
  | "prompt.tooLong"
  /** A token reaches from the context into the option, so that the option has no log-likelihood of its own. */
  | "prompt.tokenSpansJoin"
  /** Nothing precedes the option: no text, and no BOS either. */
  | "prompt.empty"
  /** The model answered with something that is not a number. */
  | "answer.notANumber";

/** One item cannot be evaluated; the others can. The item is recorded as failed and counts as wrong. */
export class ItemError extends MedleyError {
  readonly code: ItemErrorCode;

  constructor(code: ItemErrorCode, message: string, options: MedleyErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
