import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { fillMessages, parsePromptFile, responseSchemaOf } from "../../../src/core/prompts/promptFile.ts";
import { fillTemplate, variablesIn } from "../../../src/core/prompts/variables.ts";

/** Every key of the format. */
export const wholePrompt = `name: Findings
description: Extracts findings of a discharge note
model: models/tiny.gguf
modelParameters:
  temperature: 0.5
  maxTokens: 200
  topP: 0.9
responseFormat: json_schema
jsonSchema: |-
  {"name": "findings", "strict": true, "schema": {"type": "object"}}
messages:
  - role: system
    content: You extract findings.
  - role: user
    content: |
      Age: {{age}}
      <note>
      {{input}}
      </note>
testData:
  - input: Fever for 3 days.
    age: 71
    expected: fever
  - input: |
      No {{complaints}}.
    age: 8
    expected: none
evaluators:
  - name: same
    string:
      equals: "{{expected}}"
  - name: judged
    llm:
      modelId: models/judge.gguf
      prompt: "Is {{completion}} right for {{input}}?"
      choices:
        - choice: "yes"
          score: 1
        - choice: "no"
          score: 0
  - name: similar
    uses: github/similarity
`;

function refusal(text: string): ConfigurationError {
  try {
    parsePromptFile(text, "a.prompt.yml");
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("Nothing is wrong with it.");
}

const shortPrompt = "messages:\n  - role: user\n    content: Hello\n";

describe("prompt files", () => {
  it("are read with every key of the format", () => {
    const prompt = parsePromptFile(wholePrompt);
    assert.equal(prompt.modelParameters?.maxTokens, 200);
    assert.deepEqual(responseSchemaOf(prompt), { name: "findings", strict: true, schema: { type: "object" } });
    const [system, user] = fillMessages(prompt.messages, prompt.testData![1]!);
    assert.deepEqual(system, { role: "system", content: "You extract findings." });
    assert.equal(user!.content, "Age: 8\n<note>\nNo {{complaints}}.\n\n</note>\n");
    assert.equal(responseSchemaOf(parsePromptFile(shortPrompt)), undefined);
  });

  it("are refused at the place of what is wrong with them", () => {
    const cases: readonly (readonly [text: string, line: number, message: RegExp])[] = [
      ["messages: []\n", 1, /The list is empty/],
      [shortPrompt.replace("user", "human"), 2, /Expected one of system, user, assistant, found the text "human"/],
      [shortPrompt.replace("Hello", "{{input}}"), 3, /put it in quotes/],
      [`${shortPrompt}temperature: 1\n`, 4, /Unknown key "temperature"/],
      [`${shortPrompt}modelParameters: {topP: 2}\n`, 4, /at most 1/],
      [`${shortPrompt}responseFormat: json_schema\n`, 4, /`jsonSchema` is missing/],
      [`${shortPrompt}jsonSchema: "{"\n`, 4, /This is not JSON/],
      [`${shortPrompt}jsonSchema: '{"type": "object"}'\n`, 4, /a text under `name` and a JSON Schema under `schema`/],
      [`${shortPrompt}evaluators:\n  - name: none\n`, 5, /exactly one of `string`, `llm` and `uses`/],
      [`${shortPrompt}evaluators:\n  - name: none\n    string: {}\n`, 6, /Nothing is asked/],
    ];
    for (const [text, line, message] of cases) {
      const { place, message: said } = refusal(text);
      assert.match(said, message);
      assert.deepEqual([place?.file, place?.line], ["a.prompt.yml", line], text);
    }
  });
});

describe("variables of prompts", () => {
  it("are found with their places", () => {
    const text = "{{a}} and {{ b c }}, {{}} {d} {{e}{{f\n}} {{{g}}}";
    assert.deepEqual(
      variablesIn(text).map(({ name, start, end }) => [name, text.slice(start, end)]),
      [
        ["a", "{{a}}"],
        ["b c", "{{ b c }}"],
        ["g", "{{g}}"],
      ],
    );
  });

  it("are filled in once: what is filled in is data", () => {
    assert.equal(fillTemplate("{{a}}{{ b }}{{a}} {{}}", { a: "{{b}}", b: "$1 {{a}}" }), "{{b}}$1 {{a}}{{b}} {{}}");
    assert.equal(fillTemplate("{{n}} {{t}} {{l}}", { n: 0, t: false, l: [1, { a: "x" }] }), '0 false [1,{"a":"x"}]');
    assert.equal(fillTemplate("{{e}}", { e: "" }), "");
  });

  it("are all named when they have no value", () => {
    for (const values of [{ b: 1 }, { a: null, b: 1 }, Object.create({ a: 1, b: 1 }) as Record<string, unknown>]) {
      assert.throws(
        () => fillTemplate("{{a}} {{b}} {{toString}} {{a}}", { ...values, b: 1 }),
        (error: ConfigurationError) => error.message === "There is no value for {{a}}, {{toString}}.",
      );
    }
  });

  it("leave every other character as it is", () => {
    const property = fc.property(fc.string(), fc.string(), fc.string(), (before, after, value) => {
      fc.pre(variablesIn(`${before}{{x}}${after}`).length === 1);
      assert.equal(fillTemplate(`${before}{{x}}${after}`, { x: value }), `${before}${value}${after}`);
    });
    fc.assert(property, { seed: 3, numRuns: 500 });
  });
});
