import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../support/cli.ts";

const mocha = join(repository, "node_modules/.bin/mocha");
const configurations = [
  ".mocharc.json",
  ".mocharc.integration.json",
  ".mocharc.faults.json",
  "test/e2e/page/.mocharc.json",
];

describe("A selection of tests", () => {
  for (const configuration of configurations) {
    it(`of ${configuration} ends: what tests need is opened by their hooks, not where they are defined`, async () => {
      const args = ["--config", configuration, "--reporter", "spec", "--grep", "no test has this name"];
      const { stdout } = await promisify(execFile)(mocha, args, { cwd: repository });
      assert.match(stdout, /0 passing/);
    });
  }
});
