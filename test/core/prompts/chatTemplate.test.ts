import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ModelError } from "../../../src/core/errors.ts";
import type { ChatMessage } from "../../../src/core/models/languageModel.ts";
import { renderChatTemplate } from "../../../src/core/prompts/chatTemplate.ts";

interface Renderings {
  readonly bos: string;
  readonly eos: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly cases: readonly { readonly template: string; readonly messages: string; readonly text?: string | null }[];
}

const fixture = new URL("../../fixtures/chat/renderings.json", import.meta.url);

describe("a chat template", () => {
  const { bos, eos, templates, messages, cases } = JSON.parse(readFileSync(fixture, "utf8")) as Renderings;

  for (const { template, messages: name, text } of cases) {
    const render = () => renderChatTemplate(templates[template]!, messages[name]!, { bos, eos });
    it(`${template} gives for ${name} what transformers gives`, () => {
      if (typeof text === "string") assert.equal(render(), text);
      else assert.throws(render, ModelError);
    });
  }

  it("that is damaged, or asks for what is not there, is a typed error", () => {
    const user = [{ role: "user", content: "Hello" }] as const;
    for (const template of [
      "{% for %}",
      "{{ messages[0].content",
      "{{ nothing.there() }}",
      "{{ raise_exception('no') }}",
    ]) {
      assert.throws(() => renderChatTemplate(template, user, {}), ModelError, template);
    }
  });
});
