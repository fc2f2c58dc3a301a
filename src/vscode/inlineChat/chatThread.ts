import path from "node:path";
import * as vscode from "vscode";
import { chatMessages, type Conversation, type Turn } from "../../core/chat/conversation.ts";
import { instructionOf } from "../../core/chat/slashCommands.ts";
import { CancelledError, ConfigurationError } from "../../core/errors.ts";
import { withCapabilities, type ChatResult } from "../../core/models/languageModel.ts";
import { describeError } from "../common/describeError.ts";
import { Disposable } from "../common/disposable.ts";
import type { ModelService } from "../models/modelService.ts";
import { ChatComment } from "./chatComment.ts";
import type { TrackedSpan } from "./trackedSpans.ts";

/**
 * Milliseconds between two looks of a growing answer. The editor shows a thread once it has not changed for 100 ms: more
 * often than that it would show nothing before the end.
 */
const drawInterval = 150;

export interface ChatThreadOptions {
  readonly models: ModelService;
  /** Lets the user choose a model; undefined when they choose none. */
  readonly chooseModel: () => Promise<string | undefined>;
  /** Told whenever the conversation is to be kept anew. */
  readonly keep: () => void;
}

/** A conversation in the editor: a comment thread at the text that it is about. */
export class ChatThread extends Disposable {
  private answering: AbortController | undefined;
  private turns: readonly Turn[];
  private model: string | undefined;
  /** How often a model was asked: a question that is asked again is to have another answer. */
  private attempts: number;

  constructor(
    readonly thread: vscode.CommentThread,
    readonly place: TrackedSpan,
    private readonly begun: Conversation,
    private readonly options: ChatThreadOptions,
  ) {
    super();
    this.turns = begun.turns;
    this.model = begun.model;
    this.attempts = begun.turns.length;
    this._register({ dispose: () => this.stop() });
    this._register(place);
    this._register(thread);
    this.draw();
  }

  get id(): string {
    return this.begun.id;
  }

  /** The text that is talked about, as it was when the conversation began. */
  get text(): string {
    return this.begun.text;
  }

  get conversation(): Conversation {
    const { model, turns, place } = this;
    return { ...this.begun, span: place.span, turns, ...(model === undefined ? {} : { model }) };
  }

  turn(index: number): Turn | undefined {
    return this.turns[index];
  }

  /** Asks, and shows the answer while it is written. What goes wrong stands in the thread, with the question. */
  async ask(question: string): Promise<void> {
    if (this.answering !== undefined) return;
    const answering = new AbortController();
    this.answering = answering;
    const turn = await this.turnFor(question, answering.signal);
    this.answering = undefined;
    this.turns = [...this.turns, turn];
    this.draw();
    this.options.keep();
  }

  /** Asks the last question again. */
  async retry(): Promise<void> {
    const last = this.turns.at(-1);
    if (last === undefined || this.answering !== undefined) return;
    this.turns = this.turns.slice(0, -1);
    await this.ask(last.question);
  }

  async changeModel(): Promise<void> {
    const model = await this.options.chooseModel();
    if (model === undefined) return;
    this.model = model;
    this.draw();
    this.options.keep();
  }

  /** Ends the answer that is being written; what there is of it stays. */
  stop(): void {
    this.answering?.abort();
  }

  /** What the model gets for the next question, or got for the last one. */
  async renderPrompt(): Promise<string> {
    const last = this.turns.at(-1);
    const messages = chatMessages({ text: this.text, turns: this.turns.slice(0, -1) }, last?.instruction ?? "");
    const model = this.model === undefined ? undefined : this.options.models.opened(this.model);
    if (model?.capabilities.has("chatModel") === true) {
      const rendered = await withCapabilities(model, "chatModel").renderChat?.(messages);
      if (rendered !== undefined) return rendered.text;
    }
    return messages.map(({ role, content }) => `${role}:\n${content}`).join("\n\n");
  }

  private async turnFor(question: string, signal: AbortSignal): Promise<Turn> {
    try {
      const instruction = instructionOf(question);
      this.model ??= await this.options.chooseModel();
      if (this.model === undefined) throw new ConfigurationError(vscode.l10n.t("No model was chosen."));
      return await this.answer(question, instruction, this.model, signal);
    } catch (error) {
      const model = this.model === undefined ? vscode.l10n.t("No model") : modelName(this.model);
      return { question, instruction: question, answer: "", model, ending: "error", error: describeError(error) };
    }
  }

  private async answer(question: string, instruction: string, model: string, signal: AbortSignal): Promise<Turn> {
    const name = modelName(model);
    const started = performance.now();
    let text = "";
    let status = this.options.models.opened(model) === undefined ? vscode.l10n.t("loading the model") : "";
    const seconds = (): number => (performance.now() - started) / 1000;
    const look = (): void => {
      const state = `${status === "" ? vscode.l10n.t("answering") : status} · ${seconds().toFixed(0)} s`;
      this.drawPending(question, ChatComment.pending(this.turns.length, name, text, state));
    };
    look();
    const timer = setInterval(look, drawInterval);
    try {
      const opened = withCapabilities(await this.options.models.load(model), "chatModel");
      signal.throwIfAborted();
      status = vscode.l10n.t("reading");
      const messages = chatMessages({ text: this.text, turns: this.turns }, instruction);
      const sampling = { temperature: 0.2, topP: 0.95, seed: this.attempts++ };
      const onText = (piece: string): void => {
        text += piece;
        status = "";
      };
      const result = await opened.chat({ messages, sampling }, { onText, signal });
      return { ...turnOf(result, question, instruction, name), seconds: seconds() };
    } catch (error) {
      const given = { question, instruction, answer: text, model: name, seconds: seconds() };
      if (error instanceof CancelledError || signal.aborted) return { ...given, ending: "stopped" };
      return { ...given, ending: "error", error: describeError(error) };
    } finally {
      clearInterval(timer);
    }
  }

  private get comments(): ChatComment[] {
    return this.turns.flatMap((turn, index) => [
      ChatComment.question(index, turn),
      ChatComment.answer(index, turn, [
        ...(this.text === "" ? [] : (["apply"] as const)),
        ...(index === this.turns.length - 1 ? (["retry"] as const) : []),
      ]),
    ]);
  }

  private drawPending(question: string, pending: ChatComment): void {
    const { thread } = this;
    thread.comments = [...this.comments, ChatComment.question(this.turns.length, { question }), pending];
    if (thread.contextValue === "answering") return;
    thread.canReply = false;
    thread.contextValue = "answering";
    thread.label = this.label;
  }

  private draw(): void {
    const { thread } = this;
    thread.comments = this.comments;
    thread.contextValue = this.turns.length === 0 ? "empty" : "idle";
    thread.label = this.label;
    thread.canReply = true;
  }

  private get label(): string {
    const { model } = this;
    if (model === undefined) return vscode.l10n.t("Ask a model about this text");
    const used = this.turns.at(-1);
    const window = this.options.models.opened(model)?.description.contextLength;
    if (used?.promptTokens === undefined || window === undefined) return modelName(model);
    const tokens = used.promptTokens + (used.answerTokens ?? 0);
    const count = (value: number): string => value.toLocaleString("en-US");
    return vscode.l10n.t("{0} · {1} of {2} tokens used", modelName(model), count(tokens), count(window));
  }
}

export function modelName(model: string): string {
  return path.basename(model).replace(/\.gguf$/i, "");
}

function turnOf(result: ChatResult, question: string, instruction: string, model: string): Turn {
  const { text, promptTokens, tokens, stopReason } = result;
  const ending = stopReason === "maxTokens" ? "length" : "whole";
  return { question, instruction, answer: text, model, promptTokens, answerTokens: tokens, ending };
}
