import assert from "node:assert/strict";
import fc from "fast-check";
import { foldText } from "../../../src/core/privacy/foldText.ts";

const folded = (text: string): string => foldText(text).text;

describe("Folded text", () => {
  it("writes digits of other scripts as ASCII", () => {
    assert.equal(folded("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ ０９"), "0123456789 0123456789 09");
  });

  it("takes accents, vowel marks and what is not seen away, composed or not", () => {
    assert.equal(folded("Fe\u0301vrier Né"), "Fevrier Ne");
    assert.equal(folded("مُحَمَّد مـحـمد"), "محمد محمد");
    assert.equal(folded("0\u200b6\u00ad1\u202e2"), "0612");
  });

  it("writes forms of one letter, dash or blank alike", () => {
    assert.equal(folded("أإآا مستشفى عيادة"), "اااا مستشفي عياده");
    assert.equal(folded("d’Arcy 1–2\u00a03\u202f4"), "d'Arcy 1-2 3 4");
  });

  it("knows where each unit comes from", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { text: result, places } = foldText(text);
        assert.equal(places.length, result.length + 1);
        assert.equal(places[result.length], text.length);
        for (let index = 0; index < result.length; index++) {
          assert.equal(folded(text[places[index]!]!), result[index]);
          assert.ok(index === 0 || places[index]! > places[index - 1]!);
        }
      }),
    );
  });
});
