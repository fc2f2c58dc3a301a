import assert from "node:assert/strict";
import fc from "fast-check";
import { Markdown, markdown } from "../../src/core/markdown.ts";

const picture = "![x](https://beacon.example/leak.png?u=1)";

/** Markdown with every escaped character as a letter. */
function unescaped({ source }: Markdown): string {
  return source.replace(/\\[!-/:-@[-`{-~]/g, "x");
}

describe("Markdown that an editor shows", () => {
  it("escapes every value, and keeps what is Markdown already", () => {
    assert.equal(
      markdown`**${"a*b"}**: ${markdown`[${"p]q"}](https://x)`} ${3}`.source,
      "**a\\*b**: [p\\]q](https://x) 3",
    );
  });

  it("holds no picture, link, code, HTML or structure of a text, whatever the text", () => {
    const hostile = fc.constantFrom(picture, "<img src=//x>", "`", "```", "\\", "*", "_", "~~", "\n", "\r", "# ", "- ");
    const more = fc.constantFrom("> ", "1. ", "| a |", "&lt;", "&#33;", "[a]: //x", "=", "$(bug)", "    ", "\u2028");
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, more, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
        const rest = unescaped(markdown`${parts.join("")}`);
        assert.doesNotMatch(rest, /[`*_[\]|~$<\n\r]|^\s*(?:[#>=]|[-+](?!\S)|\d+[.)](?:\s|$))|^ {4}/);
        assert.doesNotMatch(rest, /&(?!amp;|lt;)/);
      }),
    );
  });

  it("shows code as it is, on one line, whatever backticks it holds", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`a !\n[\]()]*$/), (text) => {
        const { source } = Markdown.code(text);
        const [fence] = /^`+/.exec(source)!;
        const inner = source.slice(fence.length, -fence.length);
        assert.ok(source.endsWith(fence) && !source.includes("\n"));
        assert.ok(
          [...inner.matchAll(/`+/g)].every(([run]) => run !== fence),
          source,
        );
      }),
    );
    assert.equal(Markdown.codeBlock("a\n```\nb").source, "````\na\n```\nb\n````");
  });

  it("takes pictures and HTML out of Markdown of a file, and leaves tables and links", () => {
    const table = "| a | b |\n| :-- | --: |\n| **1** | [x](https://x) |";
    assert.equal(Markdown.inert(table).source, table);
    for (const text of [picture, `!${picture}`, `\\${picture}`, "![x][y]\n\n[y]: https://x", "<img src='https://x'>"]) {
      assert.doesNotMatch(unescaped(Markdown.inert(text)), /!\[|</);
    }
  });

  it("makes a paragraph of each line of a text", () => {
    assert.equal(Markdown.text("a\n\n# b\r\nc").source, "a\n\n\\# b\n\nc");
  });
});
