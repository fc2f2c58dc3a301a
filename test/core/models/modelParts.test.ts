import assert from "node:assert/strict";
import { groupParts } from "../../../src/core/models/modelParts.ts";

describe("groupParts", () => {
  it("takes a file without a part's name as a model", () => {
    const paths = ["/m/b.gguf", "/m/a-00001-of-00001.gguf", "/m/c-00004-of-00003.gguf", "/m/d-0001-of-0002.gguf"];
    const groups = groupParts(paths);
    assert.deepEqual(groups.map(({ path }) => path).sort(), paths.toSorted());
    assert.ok(groups.every(({ count, files, path }) => count === 1 && files[0] === path));
  });

  it("puts the parts of a model together, in their order, whatever the order of the files", () => {
    const part = (number: number): string => `/m/big-0000${number}-of-00003.gguf`;
    const [model, ...others] = groupParts([part(3), part(1), part(2)]);
    assert.deepEqual(others, []);
    assert.deepEqual(model, { path: part(1), files: [part(1), part(2), part(3)], count: 3, missing: [] });
  });

  it("tells which parts are missing, also where it is the first", () => {
    const groups = groupParts(["/m/x-00002-of-00003.gguf", "/n/x-00001-of-00002.gguf"]);
    assert.deepEqual(groups, [
      {
        path: "/m/x-00001-of-00003.gguf",
        files: ["/m/x-00002-of-00003.gguf"],
        count: 3,
        missing: ["/m/x-00001-of-00003.gguf", "/m/x-00003-of-00003.gguf"],
      },
      {
        path: "/n/x-00001-of-00002.gguf",
        files: ["/n/x-00001-of-00002.gguf"],
        count: 2,
        missing: ["/n/x-00002-of-00002.gguf"],
      },
    ]);
  });

  it("makes nothing of a name that tells of more parts than any model has", () => {
    const path = "/m/x-00001-of-99999.gguf";
    assert.deepEqual(groupParts([path]), [{ path, files: [path], count: 1, missing: [] }]);
  });
});
