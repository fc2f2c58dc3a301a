import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../../src/core/errors.ts";
import { withCapabilities, type ChatModel } from "../../src/core/models/languageModel.ts";
import { backends } from "../../src/node/backends/registry.ts";
import { useTemporaryFolder } from "../node/runs/temporaryFolder.ts";
import { chatModel } from "../support/chatModel.ts";
import { modelFile } from "../support/models.ts";

const template =
  "{{ bos_token }}{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant:";

describe("chat with llama.cpp", function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();

  async function withChat(use: (model: ChatModel) => Promise<void>): Promise<void> {
    const path = join(folder(), "chat.gguf");
    await writeFile(path, await chatModel(template));
    const found = await backends.find({ scheme: "file", path });
    const model = await found.open({ gpu: "none", threads: 1, contextSize: 128 });
    try {
      await use(withCapabilities(model, "chatModel"));
    } finally {
      await model.dispose();
    }
  }

  it("applies the file's own template, streams what it returns, and counts the tokens", async () => {
    await withChat(async (model) => {
      const messages = [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Once upon a time" },
      ] as const;
      const rendered = await model.renderChat!(messages);
      assert.equal(rendered.text, "<s>system: Be brief.\nuser: Once upon a time\nassistant:");
      // BOS once, as the template has it.
      assert.deepEqual([rendered.tokens[0], rendered.tokens.filter((token) => token === 1).length], [1, 1]);
      let streamed = "";
      const request = { messages, maxTokens: 12, sampling: { temperature: 0, seed: 1 } };
      const result = await model.chat(request, { onText: (piece) => (streamed += piece) });
      assert.equal(streamed, result.text);
      assert.deepEqual([result.promptTokens, result.tokens], [rendered.tokens.length, 12]);
      const toTheEnd = await model.chat({ messages, sampling: { temperature: 0, seed: 1 } });
      assert.ok(toTheEnd.promptTokens + toTheEnd.tokens <= 128);
    });
  });

  it("refuses a conversation that leaves no room for an answer, and cuts nothing", async () => {
    await withChat(async (model) => {
      const messages = [{ role: "user", content: "word ".repeat(200) }] as const;
      await assert.rejects(model.chat({ messages, sampling: { temperature: 0, seed: 1 } }), {
        name: ModelError.name,
        message: /^The conversation has \d+ tokens, and the model's context of 128 leaves no room for an answer\.$/,
      });
    });
  });

  it("is among a file's capabilities only where it has a template", async () => {
    const found = await backends.find({ scheme: "file", path: await modelFile("stories260k.f32") });
    assert.deepEqual([...found.capabilities], ["tokenizer", "scorer", "textGenerator"]);
  });
});
