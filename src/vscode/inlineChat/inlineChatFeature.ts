import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { conversationMarkdown, conversationSchema, type Conversation } from "../../core/chat/conversation.ts";
import { replacementOf } from "../../core/chat/replacement.ts";
import { slashCommands } from "../../core/chat/slashCommands.ts";
import { splitThinking } from "../../core/chat/thinking.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { Markdown } from "../../core/markdown.ts";
import { Feature } from "../common/feature.ts";
import type { Services } from "../common/services.ts";
import { assertTrusted } from "../common/trust.ts";
import { chooseFolder } from "../common/workspace.ts";
import { askModel } from "../evaluation/questions.ts";
import { ChatComment } from "./chatComment.ts";
import { ChatThread } from "./chatThread.ts";
import { cannotEdit, Proposals } from "./proposals.ts";
import { rangeOf, TrackedSpans } from "./trackedSpans.ts";

/** Also the name of the comment controller in `when` clauses. */
const controllerId = "medley.chat";
/** Where conversations are kept from one window to the next: in the workspace's own storage, on this machine. */
const storageKey = "medley.conversations";
/** Documents in which the editor shows no threads, or which are not the user's. */
const otherSchemes = new Set(["comment", "output", "vscode-notebook-cell", "medley", "medley-proposal"]);

/** Conversations with local models at a selection or line of any text. */
export class InlineChatFeature extends Feature {
  private readonly controller = this._register(
    vscode.comments.createCommentController(controllerId, vscode.l10n.t("Medley Chat")),
  );
  private readonly spans = this._register(new TrackedSpans());
  private readonly proposals = this._register(new Proposals(this.spans));
  private readonly threads = new Map<vscode.CommentThread, ChatThread>();
  /** Whether a thread was asked for that is not there yet. */
  private opening = false;
  /** What was selected when a thread was asked for, by document. */
  private readonly selections = new Map<string, { readonly selection: vscode.Selection; readonly version: number }>();
  /** Conversations of earlier windows that are not shown, because their document is not there: they are kept all the same. */
  private readonly notShown = new Set<unknown>();

  constructor(services: Services) {
    super(services);
    this.controller.options = {
      prompt: vscode.l10n.t("Ask a model about this text"),
      placeHolder: vscode.l10n.t("Ask about the text, or type / for commands. Ctrl+Enter sends."),
    };
    this.controller.commentingRangeProvider = { provideCommentingRanges };
    this._register(
      vscode.languages.registerCompletionItemProvider({ scheme: "comment" }, { provideCompletionItems }, "/"),
    );
    this.command("medley.chat.ask", () => this.open());
    this.command("medley.chat.send", (reply) => this.send(reply as vscode.CommentReply));
    this.command("medley.chat.stop", (thread) => this.find(thread)?.stop());
    this.command("medley.chat.retry", (comment) => this.owner(comment)?.retry());
    this.command("medley.chat.changeModel", (thread) => this.find(thread)?.changeModel());
    this.command("medley.chat.showPrompt", (thread) => this.showPrompt(thread));
    this.command("medley.chat.save", (thread) => this.save(thread));
    this.command("medley.chat.close", (thread) => this.close(thread));
    this.command("medley.chat.apply", (comment) => this.apply(comment));
    this.command("medley.chat.insertBelow", (comment) => this.insertBelow(comment));
    this.command("medley.chat.copy", (comment) => this.copy(comment));
    this.command("medley.chat.showThinking", (comment) => this.showThinking(comment));
    this.command("medley.chat.showRaw", (comment) => this.showRaw(comment));
    this.command("medley.chat.accept", (proposal) => this.proposals.accept(proposal as undefined));
    this.command("medley.chat.reject", (proposal) => this.proposals.reject(proposal as undefined));
    this.command("medley.chat.showDifference", (proposal) => this.proposals.showDifference(proposal as undefined));
    this.restore();
  }

  override dispose(): void {
    for (const chat of this.threads.values()) chat.dispose();
    super.dispose();
  }

  /** Opens a thread at the selection or line, with the cursor in its box. */
  private async open(): Promise<void> {
    assertTrusted();
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || otherSchemes.has(editor.document.uri.scheme)) {
      throw new ConfigurationError(vscode.l10n.t("There is no text in front to ask about."), {
        hint: vscode.l10n.t("Open a text file and select a part of it. In cells of notebooks this does not work yet."),
      });
    }
    // The key pressed again would close what is about to open.
    if (this.opening) return;
    const { document, selection } = editor;
    this.selections.set(document.uri.toString(), { selection, version: document.version });
    this.opening = true;
    try {
      await this.openThread();
    } finally {
      this.opening = false;
    }
  }

  private async openThread(): Promise<void> {
    // The editor does nothing at all until it has learnt where in the document threads may be, and never says that.
    for (let patience = 700; patience < 10_000; patience *= 2) {
      const opened = opensInput(patience);
      await vscode.commands.executeCommand("workbench.action.addComment");
      if (await opened) return;
    }
    throw new ConfigurationError(vscode.l10n.t("The editor cannot show a conversation here."), {
      hint: vscode.l10n.t("Open the file in an editor of its own, and ask there."),
    });
  }

  private async send({ thread, text }: vscode.CommentReply): Promise<void> {
    assertTrusted();
    if (text.trim() === "") return;
    const chat = this.threads.get(thread) ?? (await this.begin(thread));
    await chat.ask(text);
  }

  /** Makes a conversation of a thread that the editor opened. */
  private async begin(thread: vscode.CommentThread): Promise<ChatThread> {
    const document = await vscode.workspace.openTextDocument(thread.uri);
    const range = this.selected(document, thread.range) ?? fullLines(document, thread.range);
    const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    const model = [...this.services.models.states].find(([, state]) => state === "loaded")?.[0];
    return this.add(thread, {
      version: 1,
      id: randomUUID(),
      uri: thread.uri.toString(),
      span,
      text: document.getText(range),
      ...(model === undefined ? {} : { model }),
      turns: [],
    });
  }

  /** The selection that a thread was asked for at: not one of another line, nor of a text that has changed since. */
  private selected(document: vscode.TextDocument, range: vscode.Range | undefined): vscode.Range | undefined {
    const key = document.uri.toString();
    const asked = this.selections.get(key);
    this.selections.delete(key);
    if (asked === undefined || asked.selection.isEmpty || asked.version !== document.version) return undefined;
    return asked.selection.start.line === range?.start.line ? asked.selection : undefined;
  }

  private add(thread: vscode.CommentThread, conversation: Conversation): ChatThread {
    const place = this.spans.add(thread.uri, conversation.span);
    const chat = new ChatThread(thread, place, conversation, {
      models: this.services.models,
      chooseModel: () => this.chooseModel(thread.uri),
      keep: () => void this.keep(),
    });
    this.threads.set(thread, chat);
    return chat;
  }

  private async chooseModel(uri: vscode.Uri): Promise<string | undefined> {
    const folder = vscode.workspace.getWorkspaceFolder(uri) ?? (await chooseFolder());
    if (folder === undefined) return undefined;
    return askModel(vscode.l10n.t("Model to ask"), folder, this.services.models);
  }

  private async showPrompt(thread: unknown): Promise<void> {
    const chat = this.find(thread);
    if (chat === undefined) return;
    const prompt = await chat.renderPrompt();
    await this.services.viewer.showBeside(vscode.l10n.t("Prompt"), Markdown.codeBlock(prompt).source);
  }

  private async save(thread: unknown): Promise<void> {
    const chat = this.find(thread);
    if (chat === undefined) return;
    const content = conversationMarkdown(chat.conversation);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown", content }));
  }

  private async close(thread: unknown): Promise<void> {
    const chat = this.find(thread);
    // The editor's own thread, in which nothing was asked.
    if (chat === undefined) return (thread as vscode.CommentThread | undefined)?.dispose();
    this.threads.delete(chat.thread);
    chat.dispose();
    await this.keep();
  }

  private async apply(comment: unknown): Promise<void> {
    const chat = this.owner(comment);
    const answer = this.answerOf(comment);
    if (chat === undefined || answer === undefined) return;
    await this.proposals.propose(chat.thread.uri, chat.place, chat.text, replacementOf(answer, chat.text));
  }

  private async insertBelow(comment: unknown): Promise<void> {
    const chat = this.owner(comment);
    const answer = this.answerOf(comment);
    if (chat === undefined || answer === undefined) return;
    const document = await vscode.workspace.openTextDocument(chat.thread.uri);
    const { end } = rangeOf(document, chat.place.span);
    // A selection of whole lines ends at the beginning of the next one.
    const line = document.lineAt(end.character === 0 && end.line > 0 ? end.line - 1 : end.line);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, line.range.end, `\n${splitThinking(answer).answer.trim()}`);
    if (!(await vscode.workspace.applyEdit(edit))) throw cannotEdit(document);
  }

  private async copy(comment: unknown): Promise<void> {
    const answer = this.answerOf(comment);
    if (answer === undefined) return;
    await vscode.env.clipboard.writeText(splitThinking(answer).answer.trim());
    vscode.window.setStatusBarMessage(vscode.l10n.t("The answer is on the clipboard."), 5000);
  }

  private async showThinking(comment: unknown): Promise<void> {
    const answer = this.answerOf(comment);
    if (answer === undefined) return;
    const { thinking } = splitThinking(answer);
    await this.services.viewer.showBeside(vscode.l10n.t("Thinking"), Markdown.answer(thinking).source);
  }

  /** The answer to the last character, as the model wrote it. */
  private async showRaw(comment: unknown): Promise<void> {
    const answer = this.answerOf(comment);
    if (answer === undefined) return;
    await this.services.viewer.showBeside(vscode.l10n.t("Raw answer"), Markdown.codeBlock(answer).source);
  }

  private answerOf(comment: unknown): string | undefined {
    return comment instanceof ChatComment ? this.owner(comment)?.turn(comment.turn)?.answer : undefined;
  }

  private owner(comment: unknown): ChatThread | undefined {
    return [...this.threads.values()].find(({ thread }) => thread.comments.includes(comment as vscode.Comment));
  }

  /** The conversation of a thread; from the palette, the only one of the document in front. */
  private find(thread: unknown): ChatThread | undefined {
    const found = this.threads.get(thread as vscode.CommentThread);
    if (found !== undefined || thread !== undefined) return found;
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    return [...this.threads.values()].reverse().find((chat) => chat.thread.uri.toString() === uri);
  }

  private async keep(): Promise<void> {
    const shown = [...this.threads.values()].map(({ conversation }) => conversation);
    const kept = [...this.notShown, ...shown.filter(({ turns }) => turns.length > 0)];
    await this.services.context.workspaceState.update(storageKey, kept);
  }

  /** Brings the conversations of the last window back, folded. */
  private restore(): void {
    const stored = this.services.context.workspaceState.get<unknown[]>(storageKey, []);
    for (const value of stored) {
      this.notShown.add(value);
      const read = conversationSchema.safeParse(value);
      if (read.success) void this.restoreOne(read.data, value);
      else this.services.log.warn(`A conversation of an earlier session cannot be read: ${read.error.message}`);
    }
  }

  private async restoreOne(conversation: Conversation, stored: unknown): Promise<void> {
    const uri = vscode.Uri.parse(conversation.uri);
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const thread = this.controller.createCommentThread(uri, rangeOf(document, conversation.span), []);
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
      this.add(thread, conversation);
      this.notShown.delete(stored);
    } catch (error) {
      this.services.log.warn(`The conversation about ${conversation.uri} is kept, but not shown: ${String(error)}`);
    }
  }
}

function provideCommentingRanges(document: vscode.TextDocument): vscode.Range[] | undefined {
  if (otherSchemes.has(document.uri.scheme)) return undefined;
  return [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)];
}

/** Whether the box of a thread, a document of its own, opens within so many milliseconds. */
async function opensInput(patience: number): Promise<boolean> {
  const given = new AbortController();
  const opened = new Promise<"opened">((resolve) => {
    const subscription = vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      if (uri.scheme === "comment") resolve("opened");
    });
    given.signal.addEventListener("abort", () => subscription.dispose());
  });
  const first = await Promise.race([opened, delay(patience, "late")]);
  given.abort();
  return first === "opened";
}

function fullLines(document: vscode.TextDocument, range: vscode.Range | undefined): vscode.Range {
  if (range === undefined) return new vscode.Range(0, 0, 0, 0);
  return new vscode.Range(range.start.line, 0, range.end.line, document.lineAt(range.end.line).text.length);
}

/** Slash commands, at the beginning of what is asked. */
function provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
  const typed = /^\s*(\/\w*)$/.exec(before)?.[1];
  if (typed === undefined) return [];
  return slashCommands.map(({ name, description, argument }) => {
    const item = new vscode.CompletionItem(`/${name}`, vscode.CompletionItemKind.Function);
    item.detail = description;
    item.insertText = argument === undefined ? `/${name}` : `/${name} `;
    item.range = new vscode.Range(position.translate(0, -typed.length), position);
    return item;
  });
}
