import assert from "node:assert/strict";
import fc from "fast-check";
import { splitAnswer } from "../../src/core/answerMarkdown.ts";
import { Markdown } from "../../src/core/markdown.ts";

const answer = (text: string): string => Markdown.answer(text).source;

describe("Markdown of a model's answer", () => {
  it("keeps headings, lists, emphasis, tables and code", () => {
    const text = "# Plan\n\n1. **Rest**, *fluids*\n   - `a < b`, `x[0]`\n\n| a | b |\n|---|--:|\n| 1 | 2 |";
    assert.equal(answer(text), text);
    assert.equal(answer("```python\nif a < b: ![x]\n```\nafter"), "```python\nif a < b: ![x]\n```\nafter");
  });

  it("holds no picture in any of its forms", () => {
    const forms = [
      "![x](http://e/p)",
      "![x](<http://e/p>)",
      "![x][y]\n\n[y]: http://e/p",
      "![y]",
      "`![x](http://e/p)`",
    ];
    const more = ["[![x](http://e/p)](http://e)", "| ![x](http://e/p) |", "    ![x](http://e/p)", "> ![x](http://e/p)"];
    const nested = [
      "- ```\n![x](http://e/p)",
      "> ```\n![x](http://e/p)",
      "a `\nb ` ![x](http://e/p) `",
      "| `a | ![x](//e)` |",
    ];
    for (const form of [...forms, ...more, "<img src=http://e/p>", "\\<img src=http://e/p>", `$\`$ ![x](//e) \``]) {
      assert.doesNotMatch(answer(form), /!\[|<img/, form);
    }
    for (const form of nested.slice(1)) assert.doesNotMatch(answer(form), /!\[/, form);
    // A block that is not closed goes on to the end, whatever list it began in.
    assert.equal(answer(nested[0]!), "-\n```\n![x](http://e/p)\n```");
  });

  it("shows links, HTML and formulas as they are written", () => {
    assert.equal(answer("[run](command:x) <b>$x$</b> [1]"), "\\[run](command:x) &lt;b>\\$x\\$&lt;/b> \\[1]");
  });

  it("writes blocks of code anew at the margin, so that what follows is not taken for code", () => {
    assert.equal(answer("1. a\n   ~~~js\n   b\n     c\n   ~~~\n2. d"), "1. a\n```js\nb\n  c\n```\n2. d");
    assert.equal(answer("> ```\n> a\nb"), "```\na\n```\nb");
    assert.equal(answer("````\n```\n![x](//e)\n````\n![x](//e)"), "````\n```\n![x](//e)\n````\n!\\[x](//e)");
    assert.equal(answer("```\nhalf an ans"), "```\nhalf an ans\n```");
  });

  it("holds no picture outside blocks of code and no markup outside code, whatever the answer", () => {
    const pieces = fc.constantFrom(
      ...["![x](//e)", "[y]: //e", "<img src=//e>", "!", "[", "](//e)", "`", "``", "```", "~~~", "\n", "\r", "    "],
      ...["- ", "1. ", "> ", "|", "\\", "*", "_", "$", "a", " ", "\t", "<!--", "# "],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        for (const part of splitAnswer(parts.join(""))) {
          if (part.kind === "code") {
            const block = Markdown.codeBlock(part.text, part.language).source.split("\n");
            const [fence] = /^`+/.exec(block[0]!)!;
            assert.ok(block.slice(1, -1).every((line) => !line.includes(fence)) && block.at(-1) === fence);
            continue;
          }
          assert.doesNotMatch(part.source, /!\[/);
          for (const line of part.source.split("\n")) {
            const text = line
              .replace(/\\[^]/g, "")
              .replace(/(?<!`)(`+)(?!`)(?:(?!\1(?!`))[^|]|(?<=`)`)*?(?<!`)\1(?!`)/g, "");
            assert.doesNotMatch(text, /[[<$]/, JSON.stringify(line));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
