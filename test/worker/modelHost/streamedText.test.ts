import assert from "node:assert/strict";
import { StreamedText } from "../../../src/worker/modelHost/streamedText.ts";

/** Tokens are byte strings; decoding replaces an incomplete character at the end. */
const decode = (tokens: readonly string[]) => Buffer.from(tokens.join(""), "latin1").toString("utf8");
const bytesOf = (text: string) => [...Buffer.from(text, "utf8").toString("latin1")];

function stream(tokens: readonly string[], stops: readonly string[]) {
  const pieces: string[] = [];
  const text = new StreamedText<string>(decode, stops, (piece) => pieces.push(piece));
  const stopped = tokens.findIndex((token) => text.add(token));
  return { text: text.finish(), pieces, stopped };
}

describe("StreamedText", () => {
  it("passes on whole characters only", () => {
    const { text, pieces } = stream(bytesOf("né你🙂"), []);
    assert.equal(text, "né你🙂");
    assert.deepEqual(pieces, ["n", "é", "你", "🙂"]);
  });

  it("passes on bytes that never become a character", () => {
    assert.equal(stream(["\xe4", "\xbd"], []).text, "\uFFFD");
    assert.equal(stream(["\xff", "a", "b", "c", "d"], []).text, "\uFFFDabcd");
  });

  it("ends before the first stop text and never shows a part of it", () => {
    const { text, pieces, stopped } = stream(["a", "<", "|e", "nd|", ">b"], ["<|end|>"]);
    assert.equal(text, "a");
    assert.deepEqual(pieces, ["a"]);
    assert.equal(stopped, 4);
  });

  it("passes on what only looked like a stop text", () => {
    const { text, pieces, stopped } = stream(["a<", "|e", "x"], ["<|end|>"]);
    assert.equal(text, "a<|ex");
    assert.equal(pieces.join(""), text);
    assert.equal(stopped, -1);
    assert.equal(stream(["a<", "|e"], ["<|end|>"]).text, "a<|e");
  });

  it("takes the earliest of several stop texts", () => {
    assert.equal(stream(["one two three"], ["three", "two"]).text, "one ");
  });
});
