import assert from "node:assert/strict";
import { nodeEntryPoints } from "../../../scripts/entryPoints.mjs";
import { processNames, threadNames } from "../../../src/node/processes/workers.ts";

describe("workers", () => {
  it("can be started one and all: every program that is built has a name here, and every name a program", () => {
    const built = Object.keys(nodeEntryPoints).filter((name) => name !== "extension" && name !== "cli");
    assert.deepEqual([...processNames, ...threadNames].toSorted(), built.toSorted());
  });
});
