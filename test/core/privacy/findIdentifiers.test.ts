import assert from "node:assert/strict";
import fc from "fast-check";
import { findIdentifiers } from "../../../src/core/privacy/findIdentifiers.ts";
import type { PrivacyCategory, PrivacyRule } from "../../../src/core/privacy/finding.ts";
import { countFindings, redact } from "../../../src/core/privacy/redact.ts";
import { privacyRules } from "../../../src/core/privacy/registry.ts";

const rule = (category: PrivacyCategory, source: string): PrivacyRule => ({
  category,
  *find(text) {
    for (const { 0: found, index } of text.matchAll(new RegExp(source, "g"))) {
      yield { start: index, end: index + found.length };
    }
  },
});
const redacted = (text: string): string => redact(text, findIdentifiers(text));

describe("What the rules find", () => {
  it("stands at places of the original, in UTF-16 units, with the marks of its letters", () => {
    const text = "😀 السيد مُحَمَّدٌ، ١٢\u200f مارس ٢٠٢٢";
    const findings = findIdentifiers(text);
    assert.deepEqual(
      findings.map(({ category, text: found }) => [category, found]),
      [
        ["name", "مُحَمَّدٌ"],
        ["date", "١٢\u200f مارس ٢٠٢٢"],
      ],
    );
    for (const { start, end, text: found } of findings) assert.equal(text.slice(start, end), found);
  });

  it("joins what overlaps to one finding that covers all, and is called what the longest is", () => {
    const rules = [
      rule("name", "abc"),
      rule("date", "bcdef"),
      rule("phone", "cde"),
      rule("url", "xyz"),
      rule("ip", "xyz"),
    ];
    assert.deepEqual(findIdentifiers("abcdef xyz", rules), [
      { start: 0, end: 6, category: "date", text: "abcdef" },
      { start: 7, end: 10, category: "url", text: "xyz" },
    ]);
    assert.deepEqual(findIdentifiers("abcabc", [rule("name", "abc")]).length, 2);
  });

  it("gives way to marks in the redacted text, and everything else stays", () => {
    assert.equal(
      redacted("Dr. Okonkwo\r\n saw him on 3/4/21;\t tel. 555-013-4471."),
      "Dr. [NAME]\r\n saw him on [DATE];\t tel. [PHONE].",
    );
    assert.equal(redacted("BP 120/80, dose 3 × 500 mg."), "BP 120/80, dose 3 × 500 mg.");
    assert.deepEqual(countFindings(findIdentifiers("on 3/4/21 and 3/5/21 Dr. Okonkwo")), { date: 2, name: 1 });
  });

  it("is in order, without overlap, and within the text, whatever the text", () => {
    const pieces = fc.constantFrom(
      ...[
        "Dr. ",
        "Smith",
        "John ",
        "12",
        "/",
        "March ",
        "٣",
        "السيد ",
        "محمد",
        " ",
        "-",
        ".",
        "@",
        "http://",
        "rue de ",
        "\u0301",
      ],
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 30 }),
        (parts) => {
          const text = parts.join("");
          let last = 0;
          for (const { start, end, text: found } of findIdentifiers(text)) {
            assert.ok(start >= last && end > start && end <= text.length);
            assert.equal(text.slice(start, end), found);
            last = end;
          }
        },
      ),
    );
  });
});

describe("The time of the rules", function () {
  this.timeout(300_000);

  /** Milliseconds of the processor for a text of this length; the lesser of two, since other work disturbs. */
  const timeOf = (find: (text: string) => Iterable<unknown>, unit: string, length: number): number => {
    const text = unit.repeat(Math.ceil(length / unit.length));
    return Math.min(
      ...[0, 1].map(() => {
        const before = process.cpuUsage();
        for (const _ of find(text));
        return process.cpuUsage(before).user / 1000;
      }),
    );
  };
  const units = [
    ...[
      "a",
      "A",
      "1",
      " ",
      "\n",
      "a ",
      "1 ",
      "1.",
      "1-",
      "0",
      "+",
      "-",
      ".",
      "@",
      "a@",
      "a.",
      "'",
      "(",
      "A-",
      "Ab-",
      "Ab ",
    ],
    ...[
      "rue de la A-",
      "12 Rue A-b ",
      "John Smith ",
      "Dr Ab-",
      "MRN no no ",
      "tel ",
      "12 March ",
      "http://",
      "ab:",
      "D'A",
    ],
    ...["شارع ", "السيد محمد ", "مستشفي "],
  ];

  for (const { category, find } of privacyRules) {
    it(`grows no faster than a hostile text: ${category}`, () => {
      for (const unit of units) {
        const short = timeOf(find, unit, 8000);
        // Quadratic growth would be by 64.
        const long = timeOf(find, unit, 64_000);
        assert.ok(long < 24 * Math.max(short, 5), `${JSON.stringify(unit)}: ${short} ms, then ${long} ms`);
      }
    });
  }

  it("grows no faster than a hostile text, up to a megabyte", () => {
    for (const unit of ["a", "1", " "]) {
      const short = timeOf(findIdentifiers, unit, 125_000);
      const long = timeOf(findIdentifiers, unit, 1_000_000);
      assert.ok(long < 24 * Math.max(short, 5), `${JSON.stringify(unit)}: ${short} ms, then ${long} ms`);
    }
  });
});
