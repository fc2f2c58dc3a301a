import assert from "node:assert/strict";
import { evaluationConfigurationSchema } from "../../../src/core/evaluation/configuration.ts";
import { readYamlStream } from "../../../src/core/yaml/yamlStream.ts";
import { formatYaml } from "../../../src/core/yaml/formatYaml.ts";
import { outlineOf } from "../../../src/core/yaml/outline.ts";
import { parseYamlDocument, tooDeepAt } from "../../../src/core/yaml/parseYaml.ts";
import { readYaml } from "../../../src/core/yaml/readYaml.ts";
import { SchemaLanguage } from "../../../src/core/yaml/schemaLanguage.ts";
import { YamlSource } from "../../../src/core/yaml/yamlSource.ts";

const deep: Readonly<Record<string, string>> = {
  "list entries behind the start of a document": `--- ${"- ".repeat(3_000)}a`,
  lists: "[".repeat(5000),
  mappings: "{a: ".repeat(5000),
  blocks: Array.from({ length: 1000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
  items: `${"- ".repeat(5000)}a`,
  keys: `${"? ".repeat(5000)}a`,
  values: `${": ".repeat(5000)}a`,
};

describe("YAML that is nested very deeply", () => {
  for (const [kind, text] of Object.entries(deep)) {
    it(`is one problem of its document, also for the editor: ${kind}`, async () => {
      assert.match(readYaml(text, evaluationConfigurationSchema).problems[0]!.message, /nested more than 100 deep/);
      assert.match(readYamlStream(text, "1.1").documents[0]!.problems[0]!.message, /nested more than 100 deep/);
      assert.deepEqual(outlineOf(text), []);
      assert.equal(formatYaml(text), undefined);
      const definition = { id: "x", recognises: () => true, schema: evaluationConfigurationSchema, rules: [] };
      const language = new SchemaLanguage<undefined>(definition);
      assert.deepEqual(await language.complete(new YamlSource(text), text.length, undefined), []);
      assert.equal(await language.hover(new YamlSource(text), 1, undefined), undefined);
    });
  }

  it("is not mistaken for what is long, indented or full of brackets in texts", () => {
    for (const text of [
      "a:\n  - b: [c, {d: e}]\n".repeat(2000),
      `a: "${"[".repeat(1000)}"`,
      `a: |\n  ${"[{- ".repeat(1000)}`,
      `a:\n${" ".repeat(200)}b: 1\n`,
      "- a\n".repeat(1000),
      `# ${"[".repeat(1000)}\na: 1`,
      "a: 1\n---\n".repeat(200),
    ]) {
      assert.equal(tooDeepAt(text), undefined, text.slice(0, 40));
    }
    assert.deepEqual(parseYamlDocument("[[1]]", {}).toJS(), [[1]]);
  });
});
