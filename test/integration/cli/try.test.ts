import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { useTemporaryFolder } from "../../node/runs/temporaryFolder.ts";
import { chatModel } from "../../support/chatModel.ts";
import { cli } from "../../support/cli.ts";

const template = "{{ bos_token }}{% for message in messages %}{{ message.content }}{% endfor %}";
const prompt = `model: teller.gguf
modelParameters: {maxTokens: 8}
messages:
  - {role: user, content: "{{input}}"}
testData:
  - {input: "Once upon a", expected: time}
  - {input: "Once upon a time, there", expected: was}
  - {input: "${"word ".repeat(600)}", expected: nothing}
evaluators:
  - {name: goes on, string: {startsWith: "{{expected}}"}}
  - {name: is alike, uses: github/similarity}
`;

describe("medley try", function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();
  const file = (): string => join(folder(), "story.prompt.yml");
  const options = ["--threads", "1", "--gpu", "none"];

  beforeEach(async () => {
    await writeFile(join(folder(), "teller.gguf"), await chatModel(template));
    await writeFile(file(), prompt);
  });

  it("asks for each entry, judges the answers, and goes past one that does not fit", async () => {
    const { code, stdout, stderr } = await cli(["try", file(), ...options]);
    assert.equal(code, 6, stderr);
    assert.match(stdout, /── 1 of 3 ──\n ?time/);
    assert.match(stdout, /goes on +2 of 3 +20\.8 % to 93\.9 %/);
    assert.match(stdout, /is alike +not judged/);
    assert.match(stderr, /leaves no room for an answer/);
  });

  it("prints everything as JSON", async () => {
    const { code, stdout } = await cli(["try", file(), "--json", ...options]);
    assert.equal(code, 6);
    const { trials, evaluators } = JSON.parse(stdout) as {
      trials: { values: { expected: string }; answer?: { tokens: number }; error?: string }[];
      evaluators: { passed?: number; n?: number }[];
    };
    assert.deepEqual(
      trials.map(({ values, answer }) => [values.expected, answer?.tokens]),
      [
        ["time", 8],
        ["was", 8],
        ["nothing", undefined],
      ],
    );
    assert.match(trials[2]!.error!, /leaves no room/);
    assert.deepEqual([evaluators[0]!.passed, evaluators[0]!.n, evaluators[1]!.passed], [2, 3, undefined]);
  });

  it("says what is missing before it loads a model", async () => {
    for (const [text, message] of [
      [prompt.replace("model: teller.gguf\n", ""), /names no model/],
      [
        prompt.replace("expected: was", "wanted: was").replace("{{input}}", "{{input}} {{note}}"),
        /no value for \{\{note\}\}/,
      ],
      [prompt.replace("expected: was", "wanted: was"), /no value for \{\{expected\}\}/],
      [prompt.replace(/testData:[^]*(?=evaluators:)/, "testData: []\n"), /no entry under `testData`/],
      [`responseFormat: json_object\n${prompt}`, /json_object cannot be asked for yet/],
    ] as const) {
      await writeFile(file(), text);
      const { code, stderr } = await cli(["try", file(), ...options]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
  });
});
