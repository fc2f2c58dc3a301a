import { mergeMethods } from "../../src/core/merge/methods/registry.ts";
import { completeMerge } from "../../src/core/merge/language/completeMerge.ts";
import type { Completion } from "../../src/core/yaml/completion.ts";
import type { LanguageContext } from "../../src/core/merge/language/languageContext.ts";
import { fixtureFacts } from "./mergeFacts.ts";

/** What the tests' configurations may name: the fixture models. */
export async function fixtureContext(): Promise<LanguageContext> {
  const facts = await fixtureFacts();
  return {
    facts,
    methods: mergeMethods,
    engine: "medley",
    load: (reference) => Promise.resolve(facts(reference)),
    models: () =>
      Promise.resolve([
        { path: "models/base", kind: "checkpoint", detail: "LlamaForCausalLM, 4 layers" },
        { path: "models/ft_a", kind: "checkpoint", detail: "LlamaForCausalLM, 4 layers" },
        { path: "models/lora_a", kind: "adapter", detail: "rank 4" },
      ]),
  };
}

/** Text and offset of a text in which `|` stands for the cursor. */
export function atCursor(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf("|");
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

export async function completionsAt(marked: string, context: LanguageContext): Promise<Completion[]> {
  const { text, offset } = atCursor(marked);
  return await completeMerge(text, offset, context);
}

/** The text after the completion with a label was inserted, with the defaults of its tab stops. */
export async function textAfter(marked: string, label: string, context: LanguageContext): Promise<string> {
  const { text } = atCursor(marked);
  const found = (await completionsAt(marked, context)).find((completion) => completion.label === label);
  if (found === undefined) throw new Error(`No completion ${label}.`);
  const { start, end } = found.range;
  const indentation = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1))![0];
  const plain = found.insert
    .replaceAll(/\$\{\d+\|([^,|]*)[^}]*\}/g, "$1")
    .replaceAll(/\$\{\d+:((?:[^\\}]|\\.)*)\}/g, "$1")
    .replaceAll(/\$\d+/g, "")
    .replaceAll(/\\([\\$}])/g, "$1")
    .replaceAll("\n", `\n${indentation}`);
  return text.slice(0, start) + plain + text.slice(end);
}
