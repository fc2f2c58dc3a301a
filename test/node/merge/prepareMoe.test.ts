import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { elementsAt } from "../../../src/core/checkpoint/elements.ts";
import { prepareMoe } from "../../../src/node/merge/prepareMoe.ts";
import { unpackModels } from "../../support/mergeFixtures.ts";
import { readMixture } from "../../support/readMerges.ts";

interface Golden {
  readonly configuration: string;
  readonly cases: readonly {
    readonly name: string;
    /** What is changed in the small files of the base model. */
    readonly changes: Readonly<Record<string, object>>;
    readonly removed: Readonly<Record<string, readonly string[]>>;
    /** Router weights [experts, hidden], the same in every layer. */
    readonly gate: readonly (readonly number[])[];
  }[];
}

const options = { seed: 1, numerics: "classic", outShardSize: 5e9, allowMixedArchitectures: false } as const;
const golden = JSON.parse(
  await readFile(new URL("../../fixtures/merge/moeGates.json", import.meta.url), "utf8"),
) as Golden;
/** Rounding of float32 sums of a few embeddings, in values of at most 1. */
const tolerance = 1e-6;

describe("the router of a mixture, from the prompts' tokens", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-gates-"));
    await cp(await unpackModels(), folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const { name, changes, removed, gate } of golden.cases) {
    it(`is that of mergekit-moe: ${name}`, async () => {
      const base = join(folder, "variant");
      await rm(base, { recursive: true, force: true });
      await cp(join(folder, "models/base"), base, { recursive: true });
      for (const [file, values] of Object.entries(changes)) {
        const document = JSON.parse(await readFile(join(base, file), "utf8")) as Record<string, unknown>;
        const kept = Object.entries(document).filter(([key]) => !removed[file]?.includes(key));
        await writeFile(join(base, file), JSON.stringify({ ...Object.fromEntries(kept), ...values }));
      }
      const { plan } = await prepareMoe(readMixture(golden.configuration), { folder }, options);
      const { data } = plan.tensors.find(({ name: tensor }) =>
        tensor.endsWith("layers.2.block_sparse_moe.gate.weight"),
      )!;
      const values = elementsAt(data!.buffer as ArrayBuffer, "F32", data!.byteOffset);
      for (const [index, expected] of gate.flat().entries()) {
        assert.ok(
          Math.abs(values.get(index) - expected) <= tolerance,
          `${index}: ${values.get(index)}, not ${expected}`,
        );
      }
    });
  }
});
