import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseModelReference } from "../../../src/core/checkpoint/modelReference.ts";
import type { FactsResult } from "../../../src/core/checkpoint/modelFacts.ts";
import { ModelReader } from "../../../src/node/editorThread/modelReader.ts";
import { fromFactsMessage, toFactsMessage } from "../../../src/node/checkpoint/factsMessage.ts";
import { lookUpModel } from "../../../src/node/merge/lookUpModels.ts";
import { readModelHeader } from "../../../src/node/backends/llamaCpp/readModelHeader.ts";
import { unpackModels } from "../../support/mergeFixtures.ts";
import { modelFile } from "../../support/models.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

/** What a check can see of a result. */
function visible(result: FactsResult): unknown {
  if (result.state !== "known") return result;
  const { config, tensors, tokenizer, adapter } = result.facts;
  return {
    document: config.document,
    architectures: config.architectures,
    layers: config.integer("num_hidden_layers"),
    tensors: [...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape]),
    vocabulary: tokenizer && [...tokenizer.vocabulary],
    added: tokenizer?.added,
    adapter,
  };
}

describe("ModelReader", () => {
  const reader = new ModelReader();
  const folder = useTemporaryFolder();
  after(() => reader.dispose());

  for (const model of ["base", "vocab_other", "base+lora_rs", "incomplete", "nowhere"]) {
    it(`says of ${model} what its files say`, async () => {
      const places = { folder: join(await unpackModels(), "models") };
      const reference = parseModelReference(model);
      const expected = await lookUpModel(reference, places);
      assert.deepEqual(visible(await reader.lookUp(reference, places)), visible(expected));
    });
  }

  it("reads the header of a GGUF file", async () => {
    const path = await modelFile("stories260k.f32");
    assert.deepEqual(await reader.readHeader(path), await readModelHeader(path));
  });

  it("holds nothing up on a vocabulary of 150,000 tokens", async () => {
    const size = 150_000;
    const vocab = Object.fromEntries(Array.from({ length: size }, (_, id) => [`Ġ${id.toString(36)}`, id]));
    const merges = Array.from({ length: size }, (_, id) => [`Ġ${id.toString(36)}`, "a"]);
    await writeFile(join(folder(), "tokenizer.json"), JSON.stringify({ model: { type: "BPE", vocab, merges } }));
    await writeFile(join(folder(), "config.json"), JSON.stringify({ architectures: ["LlamaForCausalLM"] }));
    // A header without tensors, which is all that this needs of the weights.
    await writeFile(join(folder(), "model.safetensors"), Buffer.from("0200000000000000" + "7b7d", "hex"));
    const reference = parseModelReference(folder());
    const message = toFactsMessage(await lookUpModel(reference, { folder: "/" }));
    const packed = message.state === "known" ? message.tokenizer!.vocabulary : undefined;
    assert.deepEqual([typeof packed?.text, packed?.ends.length, packed?.ids.length], ["string", size, size]);
    // What each turn of the loop has left to do is at most a step of 20,000 tokens.
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const value = await fromFactsMessage(message);
    isDone = true;
    assert.ok(turns >= Math.floor(size / 20_000), `it was unpacked in ${turns} turns`);
    assert.equal(value.state === "known" && value.facts.tokenizer?.vocabulary.get("Ġ2z"), 107);
    assert.equal(value.state === "known" && value.facts.tokenizer?.vocabulary.size, size);
  });
});
