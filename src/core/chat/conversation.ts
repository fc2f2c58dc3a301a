import { z } from "zod";
import type { ChatMessage } from "../models/languageModel.ts";
import { markText } from "./replacement.ts";
import { splitThinking } from "./thinking.ts";

const turnSchema = z.object({
  /** As the user wrote it. */
  question: z.string(),
  /** What the model was asked: the question, or what a slash command stands for. */
  instruction: z.string(),
  /** Whole, thinking included; as far as it came. */
  answer: z.string(),
  /** The model that answered, by its name. */
  model: z.string(),
  /** Tokens of the conversation as the model got it, and of its answer. */
  promptTokens: z.int().optional(),
  answerTokens: z.int().optional(),
  seconds: z.number().optional(),
  /** Why the answer is not whole. */
  ending: z.enum(["whole", "stopped", "length", "error"]),
  error: z.string().optional(),
});
export type Turn = Readonly<z.infer<typeof turnSchema>>;

/** A conversation about a part of a document, as it is kept from one window to the next. */
export const conversationSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  /** The document. */
  uri: z.string(),
  /** The part of it that is talked about, in UTF-16 units. */
  span: z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() }),
  /** Its text when the conversation began; empty where nothing was selected. */
  text: z.string(),
  /** Path of the model that is asked. */
  model: z.string().optional(),
  turns: z.array(turnSchema).readonly(),
});
export type Conversation = Readonly<z.infer<typeof conversationSchema>>;

/**
 * What a model is given to answer a question: the text that is talked about stands before the first question, earlier
 * thinking is left out. There is no system message, which some templates refuse.
 */
export function chatMessages(
  { text, turns }: Pick<Conversation, "text" | "turns">,
  instruction: string,
): ChatMessage[] {
  const answered = turns.filter(({ answer }) => splitThinking(answer).answer !== "");
  const messages = answered.flatMap(({ instruction, answer }): ChatMessage[] => [
    { role: "user", content: instruction },
    { role: "assistant", content: splitThinking(answer).answer.trim() },
  ]);
  messages.push({ role: "user", content: instruction });
  const [first, ...others] = messages;
  const content = text.trim() === "" ? first!.content : `${first!.content}\n\n${markText(text)}`;
  return [{ role: "user", content }, ...others];
}

/** A conversation as a Markdown document. */
export function conversationMarkdown({ text, turns }: Conversation): string {
  const about = text.trim() === "" ? [] : [text.trimEnd().replace(/^/gm, "> ")];
  const parts = turns.flatMap(({ question, answer, model, error }) => [
    `## ${question.trim().split("\n").join(" ")}`,
    ...(answer.trim() === "" ? [] : [splitThinking(answer).answer.trim()]),
    ...(error === undefined ? [] : [`*${error}*`]),
    `— ${model}`,
  ]);
  return `${[...about, ...parts].join("\n\n")}\n`;
}
