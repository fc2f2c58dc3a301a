import assert from "node:assert/strict";
import fc from "fast-check";
import { notificationSchema, pageAnswerSchema, requestSchema } from "../../../src/core/pages/contract.ts";
import { panelStateSchema, resultOutputSchema, resultPage, runNameSchema } from "../../../src/core/results/messages.ts";

const resultRequestSchema = requestSchema(resultPage);

describe("messages between result pages and the host", () => {
  it("take names of run folders, never paths", () => {
    for (const name of ["20260101-000000-evaluation-sample", "run (2)", "étude"])
      assert.ok(runNameSchema.safeParse(name).success, name);
    for (const name of ["", ".", "..", ".sha256", "a/b", "a\\b", "C:", "../x", "a\nb", "a\0", "x".repeat(256)])
      assert.ok(!runNameSchema.safeParse(name).success, JSON.stringify(name));
  });

  it("refuse fields that nobody agreed on, and windows that are too large", () => {
    const items = {
      type: "items",
      id: 1,
      runs: ["a"],
      benchmark: "b",
      filter: { outcome: "all" },
      offset: 0,
      limit: 200,
    };
    assert.ok(resultRequestSchema.safeParse(items).success);
    for (const wrong of [
      { ...items, limit: 201 },
      { ...items, command: "x" },
      { ...items, runs: [] },
      { ...items, filter: { outcome: "all", path: "/" } },
      { ...items, offset: -1 },
      { ...items, type: "eval" },
      { type: "save", id: 1, name: "x", format: "exe", text: "" },
      { type: "saveAll", id: 1, files: [] },
      { type: "saveAll", id: 1, files: [{ name: "x", format: "svg", text: "", path: "/" }] },
    ])
      assert.ok(!resultRequestSchema.safeParse(wrong).success, JSON.stringify(wrong));
  });

  it("are never more than what the schemas say, whatever comes", () => {
    const shapes = fc.record(
      {
        type: fc.constantFrom(
          "report",
          "items",
          "item",
          "prompt",
          "save",
          "saveAll",
          "copy",
          "openPanel",
          "answer",
          "changed",
        ),
        id: fc.oneof(fc.nat(), fc.anything()),
        runs: fc.oneof(fc.array(fc.string()), fc.anything()),
        benchmark: fc.anything(),
        filter: fc.anything(),
        text: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(shapes, fc.anything({ withNullPrototype: true })), (message) => {
        for (const schema of [
          resultRequestSchema,
          pageAnswerSchema,
          notificationSchema(resultPage),
          resultOutputSchema,
          panelStateSchema,
        ]) {
          const read = schema.safeParse(message);
          if (!read.success) continue;
          // What was let through once is let through again as it is.
          assert.deepEqual(schema.parse(read.data), read.data);
        }
      }),
    );
  });
});
