import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseProtocol } from "../../../src/core/evaluation/ownProtocol/readProtocol.ts";
import { protocolDefinitionSchema } from "../../../src/core/evaluation/ownProtocol/protocolDefinition.ts";
import type { Protocol } from "../../../src/core/evaluation/protocol.ts";
import { builtInProtocols, findProtocol, resolveParameters } from "../../../src/core/evaluation/registry.ts";
import { z } from "zod";
import { documentedItem, documentedShot } from "../../support/documentedItem.ts";

const text = readFileSync(new URL("../../../docs/protocols.md", import.meta.url), "utf8");

/** Blocks that show a prompt: `<!-- prompt ID BENCHMARK SHOTS -->` and a fenced block. ⏎ marks a line end at the end. */
const shown = [...text.matchAll(/<!-- prompt (\S+) (\S+) (\d) -->\n+```text\n([\s\S]*?)\n```/g)];
const ownYaml = /<!-- own protocol -->\n+```yaml\n([\s\S]*?\n)```/.exec(text)![1]!;

function protocolOf(id: string): Protocol {
  return id === "own" ? parseProtocol(ownYaml, "docs/protocols.md") : findProtocol(id);
}

describe("docs/protocols.md", () => {
  it("shows a prompt of every protocol", () => {
    const ids = new Set(shown.map(([, id]) => id));
    assert.deepEqual([...ids].sort(), [...builtInProtocols.map(({ id }) => id), "own"].sort());
  });

  for (const [, id, benchmark, shots, expected] of shown) {
    it(`shows what ${id} asks on ${benchmark} with ${shots} shots, to the last character`, () => {
      const protocol = protocolOf(id!);
      const examples = shots === "0" ? [] : [documentedShot(benchmark!)];
      const { request } = protocol.prompt(documentedItem(benchmark!), examples, resolveParameters(protocol));
      assert.equal(request.context.replace(/\n$/, "⏎").replaceAll(/ $/gm, "␠"), expected);
    });
  }

  it("names every key of an own protocol, and every parameter of a built-in one", () => {
    const keys = Object.keys(protocolDefinitionSchema.shape);
    const parameters = builtInProtocols.flatMap((protocol) =>
      protocol.parameters instanceof z.ZodObject ? Object.keys(protocol.parameters.shape) : [],
    );
    for (const key of [...keys, ...parameters]) assert.ok(text.includes(`\`${key}\``), key);
  });
});
