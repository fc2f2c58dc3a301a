import { Template } from "@huggingface/jinja";
import { ModelError } from "../errors.ts";
import type { ChatMessage } from "../models/languageModel.ts";

/** Texts of a tokenizer's special tokens, which templates spell out. */
export interface TemplateTokens {
  readonly bos?: string;
  readonly eos?: string;
}

/**
 * What a model gets for a conversation: its own Jinja template (`tokenizer.chat_template`) applied as transformers does
 * (`apply_chat_template` with `add_generation_prompt`), up to where the answer begins. A template may be anybody's, and
 * loop for long: this is for a process that can be ended.
 * @throws ModelError when the template is damaged, or refuses the conversation: some know no system message
 */
export function renderChatTemplate(
  template: string,
  messages: readonly ChatMessage[],
  { bos = "", eos = "" }: TemplateTokens,
): string {
  try {
    return new Template(template).render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      bos_token: bos,
      eos_token: eos,
      add_generation_prompt: true,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`The model's chat template cannot be applied to this conversation: ${reason}`, {
      hint: "Leave out the system message, and let the messages of user and assistant take turns; or use another model.",
      cause,
    });
  }
}
