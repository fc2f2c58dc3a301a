import * as vscode from "vscode";
import type { Turn } from "../../core/chat/conversation.ts";
import { splitThinking } from "../../core/chat/thinking.ts";
import { Markdown } from "../../core/markdown.ts";
import { markdownString } from "../common/markdownString.ts";

/** One side of a turn, as the editor shows it. */
export class ChatComment implements vscode.Comment {
  readonly mode = vscode.CommentMode.Preview;

  private constructor(
    readonly turn: number,
    readonly author: vscode.CommentAuthorInformation,
    readonly body: vscode.MarkdownString,
    /** For `when` clauses. */
    readonly contextValue: string,
    readonly label?: string,
  ) {}

  static question(turn: number, { question }: Pick<Turn, "question">): ChatComment {
    return new ChatComment(turn, { name: vscode.l10n.t("You") }, markdownString(Markdown.text(question)), "question");
  }

  /**
   * @param can what can be done with it beside reading: it takes the place of a text (`apply`), it is asked for again
   *   (`retry`)
   */
  static answer(
    turn: number,
    { answer, model, error, ...rest }: Turn,
    can: readonly ("apply" | "retry")[],
  ): ChatComment {
    const { thinking, answer: said } = splitThinking(answer);
    const failure = error === undefined ? undefined : Markdown.text(`⚠ ${error}`);
    const body = Markdown.paragraphs([said === "" ? undefined : Markdown.answer(said), failure]);
    const shown = body.source === "" ? Markdown.text(vscode.l10n.t("The model gave no answer.")) : body;
    const offered = [
      ...can.filter((what) => what === "retry" || said !== ""),
      ...(said === "" ? [] : ["answer"]),
      ...(thinking === "" ? [] : ["thinking"]),
    ];
    return new ChatComment(turn, { name: model }, markdownString(shown), offered.join(" "), footer(rest));
  }

  /** What is shown while an answer is written, or waited for. */
  static pending(turn: number, model: string, answer: string, status: string): ChatComment {
    const { thinking, answer: said, ended } = splitThinking(answer);
    const words = thinking.split(/\s+/).filter((word) => word !== "").length;
    const state = thinking !== "" && !ended ? vscode.l10n.t("thinking, {0} words", words) : status;
    const body = said === "" ? Markdown.text("…") : Markdown.answer(said);
    return new ChatComment(turn, { name: model }, markdownString(body), "pending", state);
  }
}

function footer({ ending, answerTokens, seconds }: Pick<Turn, "ending" | "answerTokens" | "seconds">): string {
  const endings = {
    whole: undefined,
    error: undefined,
    stopped: vscode.l10n.t("stopped"),
    length: vscode.l10n.t("cut off: the model's window is full"),
  };
  const speed =
    answerTokens === undefined || seconds === undefined
      ? undefined
      : vscode.l10n.t("{0} tokens in {1} s", answerTokens.toLocaleString("en-US"), seconds.toFixed(1));
  return [endings[ending], speed].filter((part) => part !== undefined).join(" · ");
}
