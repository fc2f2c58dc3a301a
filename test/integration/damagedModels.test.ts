import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readGgufHeader } from "../../src/core/checkpoint/gguf.ts";
import { MedleyError } from "../../src/core/errors.ts";
import { PythonRandom } from "../../src/core/random/pythonRandom.ts";
import { withFileSource } from "../../src/node/files/fileSource.ts";
import { openModel } from "../../src/node/backends/llamaCpp/openModel.ts";
import { modelFile } from "../support/models.ts";

const variants = { truncated: 60, flippedInHeader: 110, flippedAnywhere: 30 };

/** The bundle starts faster than the source does. */
const entry = { script: fileURLToPath(new URL("../../dist/modelHost.js", import.meta.url)), execArgv: [] };

type Outcome = "refused" | "works";

/** Opens a file and scores with it: an error of ours and a finite score are both fine, and nothing else is. */
async function tryModel(path: string): Promise<Outcome> {
  try {
    const model = await openModel(path, { gpu: "none", entry });
    try {
      const result = await model.score({ prefix: [1, 20, 30], continuations: [[40, 41], [50]] });
      for (const { tokenLogProbabilities } of result.continuations) {
        assert.ok(tokenLogProbabilities.every((value) => Number.isFinite(value) && value <= 0));
      }
      return "works";
    } finally {
      await model.dispose();
    }
  } catch (error) {
    if (error instanceof MedleyError) return "refused";
    throw error;
  }
}

describe("damaged model files", () => {
  let folder: string;
  let bytes: Buffer;
  let headerEnd: number;
  const random = new PythonRandom(1234);
  const below = (limit: number) => random.randrange(limit);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-damaged-"));
    const file = await modelFile("stories260k.f32");
    bytes = await readFile(file);
    headerEnd = (await withFileSource(file, readGgufHeader)).dataOffset;
  });
  after(() => rm(folder, { recursive: true }));

  async function outcomes(count: number, damaged: () => Uint8Array): Promise<Record<Outcome, number>> {
    const found = { refused: 0, works: 0 };
    for (let index = 0; index < count; index++) {
      const file = join(folder, `${index}.gguf`);
      await writeFile(file, damaged());
      found[await tryModel(file)]++;
      await rm(file);
    }
    return found;
  }

  function flipped(limit: number, flips: number): Uint8Array {
    const copy = Buffer.from(bytes);
    for (let flip = 0; flip < flips; flip++) copy[below(limit)]! ^= 1 << below(8);
    return copy;
  }

  it(`are refused when they are truncated (${variants.truncated} variants)`, async () => {
    let index = 0;
    const cut = () => bytes.subarray(0, below(index++ % 2 === 0 ? headerEnd : bytes.length));
    assert.deepEqual(await outcomes(variants.truncated, cut), { refused: variants.truncated, works: 0 });
  });

  it(`are refused or work when bits of the header are flipped (${variants.flippedInHeader} variants)`, async () => {
    const found = await outcomes(variants.flippedInHeader, () => flipped(headerEnd, 1 + below(4)));
    assert.ok(found.refused > 0);
  });

  it(`are refused or work when bits are flipped anywhere (${variants.flippedAnywhere} variants)`, async () => {
    const found = await outcomes(variants.flippedAnywhere, () => flipped(bytes.length, 1 + below(64)));
    assert.equal(found.refused + found.works, variants.flippedAnywhere);
  });
});
