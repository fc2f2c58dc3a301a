import assert from "node:assert/strict";
import type { ModelListing } from "../../../src/core/models/modelListing.ts";
import { ggufOverview } from "../../../src/node/backends/llamaCpp/ggufOverview.ts";
import { readModelHeader } from "../../../src/node/backends/llamaCpp/readModelHeader.ts";
import { sampleModel } from "../../node/evaluation/evaluationFixture.ts";
import "../editor.ts";

const { modelTooltip } = await import("../../../src/vscode/models/modelItem.ts");

describe("a model in the view", () => {
  it("tells in its tooltip where its tokenizer may not be that of the original", async () => {
    const header = await readModelHeader(sampleModel);
    const tooltip = (tokenizer: object): string => {
      const changed = { ...header, tokenizer: { ...header.tokenizer, ...tokenizer } };
      const listing: ModelListing = {
        path: sampleModel,
        files: [sampleModel],
        identity: "1",
        bytes: header.fileBytes,
        overview: ggufOverview(sampleModel, changed),
        header: changed,
      };
      const node = { listing, subfolder: "", state: undefined, runs: [], kvCacheType: "F32" } as const;
      return modelTooltip(node, { total: 8e9, available: 8e9 }).value;
    };
    const notice = /tokenizer\.ggml|BOS/;
    assert.doesNotMatch(tooltip({}).replaceAll("\\", ""), notice);
    assert.match(
      tooltip({ model: "gpt2", preTokenizer: undefined }).replaceAll("\\", ""),
      /splits it in a default way/,
    );
    assert.match(tooltip({ bosToken: undefined }).replaceAll("\\", ""), /names no BOS .*: token 1 is taken for it/);
  });
});
