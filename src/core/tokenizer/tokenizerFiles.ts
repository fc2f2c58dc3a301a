import { z } from "zod";
import { parseJsonFile } from "../checkpoint/jsonFile.ts";
import { editJson, type JsonChange } from "../checkpoint/jsonText.ts";
import { ConfigurationError } from "../errors.ts";
import { parseJson } from "../json.ts";

const addedTokenSchema = z.object({ id: z.number(), content: z.string() }).loose();
const configSchema = z.record(z.string(), z.unknown());

/**
 * Text of a tokenizer_config.json that goes with a merged tokenizer or another chat template: its list of added tokens
 * is taken from the new tokenizer.json, everything else stays.
 * @param tokenizerJson text of the merged tokenizer.json, if there is one
 * @param chatTemplate the template that it is to name, if any
 */
export function mergedTokenizerConfig(
  text: string,
  file: string,
  tokenizerJson: string | undefined,
  chatTemplate: string | undefined,
): string {
  parseJsonFile(configSchema, text, file);
  const changes: JsonChange[] = [];
  if (tokenizerJson !== undefined) {
    const { added_tokens: added } = parseJson(tokenizerJson) as { added_tokens: unknown };
    const tokens = z.array(addedTokenSchema).parse(added);
    const value = Object.fromEntries(tokens.map(({ id, ...token }) => [String(id), token]));
    changes.push({ path: ["added_tokens_decoder"], value });
  }
  if (chatTemplate !== undefined) changes.push({ path: ["chat_template"], value: chatTemplate });
  return editJson(text, changes);
}

const bosSchema = z.object({
  bos_token: z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]).nullish(),
});

/**
 * The text of the token that begins a sequence, as a tokenizer_config.json or special_tokens_map.json names it.
 * @returns null where the file says that there is none, undefined where it says nothing
 * @throws DataError when the file cannot be understood
 */
export function bosText(text: string, file: string): string | null | undefined {
  return parseJsonFile(bosSchema, text, file).bos_token;
}

const shortestTemplate = 20;

/**
 * The Jinja text of a `chat_template` setting.
 * @param modelTemplates templates of the models, for `auto`: the most frequent is taken, the earlier one of equals
 * @throws ConfigurationError when it is neither `auto`, a built-in name nor a template
 */
export function resolveChatTemplate(setting: string, modelTemplates: readonly string[]): string | undefined {
  if (setting === "auto") return mostFrequent(modelTemplates);
  const builtin = builtinTemplates[setting];
  if (builtin !== undefined) return builtin;
  if (isChatTemplateText(setting)) return setting;
  throw new ConfigurationError(
    `${JSON.stringify(setting)} is neither "auto", a built-in template nor a Jinja template.`,
    { hint: `Built-in templates: ${Object.keys(builtinTemplates).join(", ")}.`, place: { field: "chat_template" } },
  );
}

/** Whether a setting is Jinja text rather than a name: the reference's own rule. */
export function isChatTemplateText(setting: string): boolean {
  return setting.length >= shortestTemplate && setting.includes("{");
}

function mostFrequent(templates: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const template of templates) counts.set(template, (counts.get(template) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

const generation = (start: string) => `{% if add_generation_prompt %}{{ ${JSON.stringify(start)} }}{% endif %}`;

/** Written from the formats' descriptions: role markers of each, and the marker that asks for the answer. */
export const builtinTemplates: Readonly<Record<string, string>> = {
  alpaca:
    `{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}` +
    `{% elif message['role'] == 'user' %}{{ '### Instruction:\\n' + message['content'] + '\\n\\n' }}` +
    `{% elif message['role'] == 'assistant' %}{{ '### Response:\\n' + message['content'] + eos_token + '\\n\\n' }}` +
    `{% endif %}{% endfor %}${generation("### Response:\n")}`,
  chatml:
    `{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}` +
    `{% endfor %}${generation("<|im_start|>assistant\n")}`,
  exaone:
    `{% for message in messages %}{{ '[|' + message['role'] + '|]' + message['content'] }}` +
    `{% if message['role'] == 'user' %}{{ '\\n' }}{% else %}{{ '[|endofturn|]\\n' }}{% endif %}{% endfor %}` +
    generation("[|assistant|]"),
  llama3:
    `{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + ` +
    `message['content'] | trim + '<|eot_id|>' }}{% endfor %}${generation("<|start_header_id|>assistant<|end_header_id|>\n\n")}`,
  mistral:
    `{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}` +
    `{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}` +
    `{% else %}{{ raise_exception('Only user and assistant messages are supported.') }}{% endif %}{% endfor %}`,
};
