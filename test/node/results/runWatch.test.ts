import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RunWatch } from "../../../src/node/results/runWatch.ts";
import { until } from "../../support/until.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

describe("RunWatch", () => {
  const folder = useTemporaryFolder();

  it("tells of a change that comes before its first round of looks", async () => {
    const run = join(folder(), "run");
    await mkdir(run);
    await writeFile(join(run, "run.json"), "{}");
    const changed: string[] = [];
    // The first round comes when the test calls it.
    const watch = new RunWatch((path) => changed.push(path), 3_600_000);
    const inside = watch as unknown as { runs: Map<string, { signature?: string }>; look(): Promise<void> };
    const watched = watch.watch(run);
    await until("the look that a watch begins with", () => inside.runs.get(run)?.signature);
    await writeFile(join(run, "items.jsonl"), "{}\n");
    await inside.look();
    assert.deepEqual(changed, [run]);
    watched.dispose();
    watch.dispose();
  });
});
