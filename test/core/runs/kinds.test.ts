import assert from "node:assert/strict";
import { mergeKind } from "../../../src/core/merge/mergeKind.ts";
import { findRunKind, hasTrait, outputFolderOf, progressUnits, runKinds } from "../../../src/core/runs/kinds.ts";
import { configurationOf } from "../../../src/core/runs/runKind.ts";

const merge = {
  kind: "merge",
  configuration: {
    given: "",
    resolved: {
      ...{ file: "/m.yml", text: "", folder: "/", output: "/out", seed: 1, numerics: "classic", backend: "medley" },
      ...{ outShardSize: 1, memory: 1, allowMixedArchitectures: false, overwrite: false },
    },
  },
};

describe("Kinds of runs", () => {
  it("have ids of their own", () => {
    assert.equal(new Set(runKinds.map(({ id }) => id)).size, runKinds.length);
    for (const kind of runKinds) assert.equal(findRunKind({ kind: kind.id }), kind);
  });

  it("tell what a run can do, and of an unknown kind that it can do nothing", () => {
    assert.equal(hasTrait("hasItems", { kind: "evaluation" }), true);
    assert.equal(hasTrait("hasItems", { kind: "merge" }), false);
    assert.equal(hasTrait("citable", { kind: "of a newer Medley" }), false);
    assert.equal(hasTrait("citable", undefined), false);
    assert.deepEqual(progressUnits({ kind: "of a newer Medley" }), []);
  });

  it("find the folder that a run writes to, unless its configuration is damaged", () => {
    assert.equal(outputFolderOf(merge), "/out");
    assert.equal(outputFolderOf({ ...merge, configuration: { given: "", resolved: { output: 7 } } }), undefined);
    assert.equal(outputFolderOf({ ...merge, kind: "evaluation" }), undefined);
  });

  it("read a configuration of their own kind only", () => {
    assert.equal(configurationOf(mergeKind, merge)?.output, "/out");
    assert.equal(configurationOf(mergeKind, { ...merge, kind: "evaluation" }), undefined);
  });
});
