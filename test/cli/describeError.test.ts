import assert from "node:assert/strict";
import { describeError } from "../../src/cli/describeError.ts";
import { ConfigurationError, FileError } from "../../src/core/errors.ts";
import { remedySchema, type Remedy } from "../../src/core/remedy.ts";

const values = { benchmarks: ["medqa-4", "pubmedqa"], folder: "runs/one", folders: ["runs/one"], bytes: 3 * 2 ** 20 };

describe("describeError on the command line", () => {
  it("says what helps as it is typed", () => {
    const error = new FileError("No data.", {
      hint: "Name the folder that holds it.",
      remedy: { action: "fetchData", benchmarks: values.benchmarks },
    });
    assert.equal(
      describeError(error),
      "No data.\nName the folder that holds it. Get the data with: medley data fetch medqa-4 pubmedqa",
    );
    const memory = new ConfigurationError("Too little.", { remedy: { action: "allowMemory", bytes: values.bytes } });
    assert.equal(describeError(memory), "Too little.\nAllow more with --memory 3M.");
  });

  it("has a sentence for every remedy", () => {
    for (const option of remedySchema.options) {
      const remedy = { ...values, action: option.shape.action.value } as unknown as Remedy;
      assert.match(describeError(new FileError("x", { remedy })), /^x\n[A-Z].{10}/);
    }
  });
});
