import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diagnose } from "../../support/diagnose.ts";
import { parseModelReference } from "../../../src/core/checkpoint/modelReference.ts";
import { mergeMethods } from "../../../src/core/merge/methods/registry.ts";
import { lookUpModel, lookUpModels, placesOf } from "../../../src/node/merge/lookUpModels.ts";

describe("models that are not on this machine", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-places-"));
    await mkdir(join(folder, "models"));
  });
  after(() => rm(folder, { recursive: true }));

  it("are told apart: an id of a hub, and a path where there is no model", async () => {
    const look = (text: string) => lookUpModel(parseModelReference(text), { folder });
    assert.deepEqual(await look("acme/none-7B@main"), { state: "missing", path: "acme/none-7B", isHubId: true });
    for (const path of ["models/none", "none", "./acme/none", "/acme/none", "a/b/c"]) {
      assert.deepEqual(await look(path), { state: "missing", path, isHubId: false });
    }
    assert.deepEqual(await look("models+acme/adapter"), { state: "missing", path: "acme/adapter", isHubId: true });
  });

  it("are not what a file is taken for", async () => {
    await writeFile(join(folder, "models/quantized.gguf"), "GGUF");
    const result = await lookUpModel(parseModelReference("models/quantized.gguf"), { folder });
    assert.ok(result.state === "unusable" && /GGUF file.*name the folder/.test(result.reason));
  });

  it("are an error to run, and worth knowing while the text is written", async () => {
    const text =
      "merge_method: passthrough\nmodels:\n  - model: acme/none-7B\ntokenizer_source: acme/other-7B\n---\nname: b\n" +
      "merge_method: passthrough\nmodels:\n  - model: models/none\n";
    const facts = await lookUpModels(text, "merge.yml", { folder });
    const found = (isDraft: boolean) =>
      diagnose(text, { facts, methods: mergeMethods, engine: "medley", isDraft }).map(({ code, severity }) => [
        code,
        severity,
      ]);
    assert.deepEqual(found(false), [
      ["merge.tokenizerSource", "error"],
      ["merge.modelMissing", "error"],
      ["merge.modelMissing", "error"],
    ]);
    assert.deepEqual(found(true), [
      ["merge.modelElsewhere", "information"],
      ["merge.modelElsewhere", "information"],
      ["merge.modelMissing", "error"],
    ]);
  });

  it("have places where they would be found", () => {
    assert.deepEqual(placesOf("models/none/x", { folder }), [join(folder, "models/none/x")]);
    const [local, cached] = placesOf("acme/none-7B", { folder });
    assert.equal(local, join(folder, "acme/none-7B"));
    assert.match(cached!, /models--acme--none-7B$/);
  });
});
