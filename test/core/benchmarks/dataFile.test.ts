import assert from "node:assert/strict";
import fc from "fast-check";
import { readCsvRecords, readJsonDocument, readJsonRecords } from "../../../src/core/benchmarks/dataFile.ts";
import { JsonObject, JsonSyntaxError, parseOrderedJson, type Json } from "../../../src/core/benchmarks/orderedJson.ts";
import { textFile } from "./fixtures.ts";

const seed = 20240217;

function plain(value: Json): unknown {
  if (value instanceof JsonObject) return Object.fromEntries([...value].map(([key, element]) => [key, plain(element)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

describe("JSON with key order", () => {
  it("keeps the order of keys that look like numbers", () => {
    const value = parseOrderedJson('{"21645374": 1, "b": 2, "9488747": 3}') as JsonObject;
    assert.deepEqual([...value.keys()], ["21645374", "b", "9488747"]);
  });

  it("agrees with JSON.parse on everything that is JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(JSON.parse(JSON.stringify(plain(parseOrderedJson(text)))), JSON.parse(text));
      }),
      { seed, numRuns: 500 },
    );
  });

  it("accepts exactly the texts that JSON.parse accepts, and throws nothing but its own error", () => {
    const sources = ['{"a": [1, -2.5e3, "\\u00e9\\n"], "b": {"c": null}}', '[true, false, "x", {}]', "-0.1E+7"];
    const mutated = fc.tuple(fc.constantFrom(...sources), fc.nat(60), fc.string({ maxLength: 3 }), fc.nat(3));
    fc.assert(
      fc.property(mutated, ([source, at, inserted, removed]) => {
        const text = source.slice(0, at) + inserted + source.slice(at + removed);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        try {
          parseOrderedJson(text);
          assert.ok(isJson, text);
        } catch (error) {
          assert.ok(error instanceof JsonSyntaxError && !isJson, `${text}: ${String(error)}`);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });

  it("names line and column, and refuses deep nesting instead of exhausting the stack", () => {
    assert.throws(() => parseOrderedJson('{\n  "a": nul\n}'), { line: 2, column: 8 });
    assert.throws(() => parseOrderedJson("[".repeat(100_000)), /nested/);
  });

  it("lists keys that occur twice", () => {
    assert.deepEqual((parseOrderedJson('{"a": 1, "a": 2}') as JsonObject).repeatedKeys, ["a"]);
  });
});

describe("JSON records", () => {
  it("reads JSON lines with Windows line ends, blank lines and a byte order mark", () => {
    const { records, problems } = readJsonRecords(textFile("f", '\ufeff{"a":1}\r\n\r\n{"a":2}'));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      records.map(({ line, row }) => [line, row]),
      [
        [1, 0],
        [3, 1],
      ],
    );
  });

  it("loses only the malformed line", () => {
    const { records, problems } = readJsonRecords(textFile("f", '{"a":1}\n{"a":\n{"a":3}\n'));
    assert.deepEqual(
      records.map(({ row }) => row),
      [0, 2],
    );
    assert.deepEqual(
      problems.map(({ scope, place }) => [scope, place.line]),
      [["record", 2]],
    );
  });

  it("loses only the line that is not UTF-8", () => {
    const bytes = Uint8Array.from([...Buffer.from('{"a":"x"}\n{"a":"'), 0xe9, ...Buffer.from('"}\n{"a":"y"}\n')]);
    const { records, problems } = readJsonRecords({ path: "f", bytes });
    assert.deepEqual(
      records.map(({ row }) => row),
      [0, 2],
    );
    assert.match(problems[0]!.message, /UTF-8/);
    assert.equal(problems[0]!.place.line, 2);
  });

  it("gives the line of each element of an array, and the place of an error in it", () => {
    assert.deepEqual(
      readJsonRecords(textFile("f", '[\n{"a":1},\n{"a":2}\n]')).records.map(({ line }) => line),
      [2, 3],
    );
    const { records, problems } = readJsonRecords(textFile("f", '[\n{"a":1},\n{"a":2'));
    assert.deepEqual(records, []);
    assert.deepEqual(
      problems.map(({ scope, place }) => [scope, place.line]),
      [["file", 3]],
    );
  });

  it("names the first line of a document that is not UTF-8", () => {
    const bytes = Uint8Array.from([...Buffer.from('{"a":\n"'), 0xff, ...Buffer.from('"}')]);
    assert.equal(readJsonDocument({ path: "f", bytes }).problems[0]!.place.line, 2);
  });
});

describe("CSV records", () => {
  const parse = (text: string) => {
    const { records, problems } = readCsvRecords(textFile("f", text));
    return { cells: records.map(({ cells }) => cells), lines: records.map(({ line }) => line), problems };
  };

  it("keeps line breaks, white space and quotes inside cells", () => {
    const { cells, lines } = parse('\ufeffa, b \n"c\r\nd","e ""f"""\n\ng,\n');
    assert.deepEqual(cells, [
      ["a", " b "],
      ["c\r\nd", 'e "f"'],
      ["g", ""],
    ]);
    assert.deepEqual(lines, [1, 2, 5]);
  });

  it("goes on after a misplaced quote with the next line", () => {
    for (const bad of ['x"y,1', '"x"y,1', '"x,1']) {
      const { cells, problems } = parse(`a,b\n${bad}\nc,d\n"e",f\n`);
      assert.deepEqual(
        cells,
        [
          ["a", "b"],
          ["c", "d"],
          ["e", "f"],
        ],
        bad,
      );
      assert.deepEqual(
        problems.map(({ place }) => place.line),
        [2],
        bad,
      );
    }
  });

  it("gives back what was written, for any cells", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", " ", "é", "م") });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 })), (rows) => {
        const text = rows.map((row) => `${row.map(quote).join(",")}\n`).join("");
        assert.deepEqual(parse(text).cells, rows);
        assert.deepEqual(parse(text).problems, []);
      }),
      { seed, numRuns: 300 },
    );
  });

  it("gives up on a file that is no CSV, in bounded time", () => {
    const { problems } = parse('x"\n'.repeat(50_000));
    assert.equal(problems.length, 1001);
    assert.equal(problems.at(-1)!.scope, "file");
  });
});
