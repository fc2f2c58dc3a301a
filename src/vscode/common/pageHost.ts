import * as vscode from "vscode";
import { formatPlace, MedleyError } from "../../core/errors.ts";
import {
  pageTexts,
  requestIdSchema,
  requestSchema,
  type PageAnswer,
  type PageContract,
  type RequestName,
  type RequestParams,
  type RequestValue,
} from "../../core/pages/contract.ts";
import { describeIssue, fieldOf, type SchemaProblem } from "../../core/schemaProblems.ts";
import { describeError, helpOf } from "./describeError.ts";

/** What answers a page's requests but that for texts. @param findPlace where the page is; what it throws becomes the answer */
export type PageHandlers<Contract extends PageContract, Place> = {
  readonly [Name in Exclude<RequestName<Contract>, keyof typeof pageTexts>]: (
    params: RequestParams<Contract, Name>,
    findPlace: () => Place,
  ) => RequestValue<Contract, Name> | Promise<RequestValue<Contract, Name>>;
};

type AnyHandler<Place> = (params: unknown, findPlace: () => Place) => unknown;

/** The host's end of the channel to pages of one kind: validates and answers their requests. */
export class PageHost<Contract extends PageContract, Place = void> {
  private readonly requests: ReturnType<typeof requestSchema>;

  /** @param page what the log calls it: "result" */
  constructor(
    contract: Contract,
    private readonly page: string,
    private readonly handlers: PageHandlers<Contract, Place>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.requests = requestSchema(contract);
  }

  /**
   * The answer to a message of a page; never rejects.
   * @returns undefined for a message that is not a request; it is logged
   */
  async answer(message: unknown, findPlace: () => Place): Promise<PageAnswer | undefined> {
    const read = this.requests.safeParse(message, { reportInput: true });
    if (!read.success) return this.refuse(message, describeIssue(read.error.issues[0]!));
    const { id, type, ...params } = read.data;
    try {
      return { type: "answer", id, ok: true, value: await this.handlerOf(type)(params, findPlace) };
    } catch (error) {
      this.log.warn(`The request "${type}" of a page (${this.page}) failed: ${describeError(error)}`);
      return { type: "answer", id, ok: false, error: errorForPage(error) };
    }
  }

  private handlerOf(type: string): AnyHandler<Place> {
    if (type in pageTexts) return () => vscode.l10n.bundle ?? {};
    return (this.handlers as Readonly<Record<string, AnyHandler<Place>>>)[type]!;
  }

  private refuse(message: unknown, problem: SchemaProblem): PageAnswer | undefined {
    const field = fieldOf(problem);
    const reason = `${field === undefined ? "" : `${field}: `}${problem.message}`;
    this.log.error(`A page (${this.page}) sent a message that is none of Medley's, which is refused: ${reason}`);
    const id = requestIdSchema.safeParse((message as { id?: unknown } | undefined)?.id);
    if (!id.success) return undefined;
    const text = vscode.l10n.t("The page asked for something that Medley does not know: {0}", reason);
    return { type: "answer", id: id.data, ok: false, error: { message: text, code: "message.invalid" } };
  }
}

function errorForPage(error: unknown): { message: string; hint?: string; code: string } {
  if (!(error instanceof MedleyError)) {
    const message = vscode.l10n.t("Medley has a defect: {0}", error instanceof Error ? error.message : String(error));
    return { message, hint: vscode.l10n.t("Details are in Medley's log."), code: "defect" };
  }
  const place = formatPlace(error.place);
  const hint = helpOf(error);
  return {
    message: place === "" ? error.message : `${place}: ${error.message}`,
    ...(hint !== undefined && { hint }),
    code: error.code,
  };
}
