import assert from "node:assert/strict";
import {
  describeRecordedIdentity,
  identityNotices,
  identityText,
  recordedIdentity,
  type ModelIdentity,
} from "../../../src/core/models/modelIdentity.ts";

describe("a model's identity", () => {
  const hash = "a".repeat(64);
  const identities: [ModelIdentity, string, string][] = [
    [{ kind: "sha256", sha256: hash }, hash, `sha256 ${hash}`],
    [{ kind: "digest", digest: "9f4" }, "digest 9f4", "digest 9f4, as its server says"],
    [{ kind: "name", name: "openai:m@http://h" }, "name openai:m@http://h", "known by its name only"],
  ];
  for (const [identity, text, recorded] of identities) {
    it(`says what it is worth: ${identity.kind}`, () => {
      assert.equal(identityText(identity), text);
      assert.equal(describeRecordedIdentity(recordedIdentity(identity)), recorded);
      assert.equal(identityNotices(identity).length, identity.kind === "sha256" ? 0 : 1);
    });
  }
});
