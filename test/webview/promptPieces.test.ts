import assert from "node:assert/strict";
import { promptPieces } from "../../webview/result/promptPieces.ts";

const tokens = (...texts: string[]) => texts.map((text, id) => ({ id, text }));
const texts = (of: ReturnType<typeof promptPieces>) => of.map(({ text, tokens: ids }) => `${text}/${ids.length}`);

describe("The pieces of a prompt", () => {
  it("are its tokens where each is text", () => {
    const shown = promptPieces(tokens("<s>", " Answer", ":", " A"), "Answer: A");
    assert.deepEqual(texts(shown), ["<s>/1", " Answer/1", ":/1", " A/1"]);
  });

  it("give tokens that are bytes the text that they have together", () => {
    const bytes = (count: number) => Array.from({ length: count }, () => "\uFFFD");
    const context = "Q: ما هي؟\nA: é.";
    const shown = promptPieces(
      tokens("<s>", " Q", ":", " ", ...bytes(4), " ", ...bytes(6), "\n", "A", ":", " ", ...bytes(2), "."),
      context,
    );
    assert.deepEqual(texts(shown).slice(3), [" /1", "ما/4", " /1", "هي؟/6", "\n/1", "A/1", ":/1", " /1", "é/2", "./1"]);
  });

  it("stay as they are where the text was cut off before them, or they cannot be its bytes", () => {
    const shown = promptPieces(tokens("\uFFFD", "\uFFFD", " b"), "ما b");
    assert.deepEqual(texts(shown), ["\uFFFD/1", "\uFFFD/1", " b/1"]);
    assert.deepEqual(texts(promptPieces(tokens("a", "\uFFFD", "\uFFFD", "\uFFFD", "b"), "aéb")).slice(1, 4), [
      "\uFFFD/1",
      "\uFFFD/1",
      "\uFFFD/1",
    ]);
  });
});
