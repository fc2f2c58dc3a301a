import assert from "node:assert/strict";
import fc from "fast-check";
import { ForeignPattern } from "../../../src/core/patterns/foreignPattern.ts";
import { UnsupportedPattern } from "../../../src/core/patterns/parsePattern.ts";

function found(pattern: string, text: string): string[] {
  return [...new ForeignPattern(pattern).matches(text)].map(({ text: part, index }) => `${index}:${part}`);
}

function isSupported(pattern: string): boolean {
  try {
    new ForeignPattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof UnsupportedPattern) return false;
    throw error;
  }
}

function expected(pattern: string, text: string): string[] {
  return [...text.matchAll(new RegExp(pattern, "gu"))].map((match) => `${match.index}:${match[0]}`);
}

/** Patterns whose meaning is the same everywhere for ASCII texts. */
const { pattern: somePattern } = fc.letrec<{ pattern: string; part: string; atom: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie("part"), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((ways) => ways.map((parts) => parts.join("")).join("|")),
  part: fc
    .tuple(tie("atom"), fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}?"))
    .map(([atom, sign]) => (/^(?:\\[bB]|\^|\$)$|^\(\?[=!]/.test(atom) ? atom : atom + sign)),
  atom: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      "a",
      "b",
      "-",
      "\\.",
      "[ab]",
      "[^a]",
      "\\s",
      "\\S",
      "\\d",
      "\\w",
      "\\p{Lu}",
      "\\b",
      "\\B",
      "^",
      "$",
    ),
    tie("pattern").map((inner) => `(?:${inner})`),
    tie("pattern").map((inner) => `(${inner})`),
    tie("pattern").map((inner) => `(?=${inner})`),
    tie("pattern").map((inner) => `(?!${inner})`),
  ),
}));

describe("a regular expression of a model's file", () => {
  it("finds what JavaScript's own engine finds", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "A", " ", "-", ".", "1"), maxLength: 10 });
    fc.assert(
      fc.property(somePattern, text, (pattern, given) => {
        fc.pre(isSupported(pattern));
        assert.deepEqual(found(pattern, given), expected(pattern, given));
      }),
      { numRuns: 400 },
    );
  });

  it("splits as the patterns of GPT-2, Llama 3 and Qwen 2 do", () => {
    const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    const llama3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    const text = "It's  WE'LL 12345 mg/dl\r\n\n  «naïve» 模型 🙂🙂\t x\u00a0 ";
    assert.deepEqual(found(gpt2, text), expected(gpt2, text));
    const written = llama3.replace(
      /\(\?i:(.*?)\)/,
      (_, group: string) => `(?:${group.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)})`,
    );
    assert.deepEqual(found(llama3, text), expected(written, text));
  });

  it("reads what Oniguruma and Python write otherwise than JavaScript", () => {
    assert.deepEqual(found("[]a]+", "a]b"), ["0:a]"]);
    assert.deepEqual(found("[\\w-]+|\\'", "a-b'"), ["0:a-b", "3:'"]);
    assert.deepEqual(found("\\d\\A?|.".replace("\\A?", ""), "٣\u2028\n"), ["0:٣", "1:\u2028"]);
    assert.deepEqual(found("(?P<x>a)\\z", "aa"), ["1:a"]);
    assert.deepEqual(found("\\p{^L}", "a1"), ["1:1"]);
  });

  it("ends for every pattern and every text", function () {
    for (const [pattern, text] of [
      ["(a+)+$", "a".repeat(5000) + "!"],
      ["(?:[a-z_.0-9]+)+!", "model.layers.0.self_attn.q_proj".repeat(100)],
      ["(a|a)*b", "a".repeat(5000)],
      ["(?:(?:(?:a*)*)*)*b", "a".repeat(2000)],
      ["(?=(?=(?=a*b)a*b)a*b)", "a".repeat(500)],
      ["(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9})", "a"],
      ["(".repeat(20_000), "a"],
      ["((a*)*".repeat(90) + ")".repeat(90), "a"],
    ] as const) {
      try {
        found(pattern, text);
      } catch (error) {
        assert.ok(error instanceof UnsupportedPattern, String(error));
      }
    }
  });

  it("gives matches or a reason for every pattern", () => {
    const unit = fc.constantFrom(..."ab()[]{}|*+?^$.\\-,:=!<>i1dspPLuxk&'");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 14 }), (pattern) => {
        try {
          found(pattern, "ab1 -");
        } catch (error) {
          assert.ok(error instanceof UnsupportedPattern, String(error));
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("refuses what it cannot read as the others do", () => {
    for (const pattern of [
      "(a)\\1",
      "(?<=a)b",
      "a++",
      "a*+",
      "[a[b]]",
      "[a&&b]",
      "(?>a)",
      "(?#x)",
      "a{",
      "\\G",
      "(?m)a",
      "(a*)*",
    ]) {
      assert.throws(() => new ForeignPattern(pattern), UnsupportedPattern, pattern);
    }
  });
});
