import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledError, ModelHostError, RunError } from "../../../src/core/errors.ts";
import { EvaluationSummarizer } from "../../../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { LanguageModel, ScoreRequest, ScoreResult } from "../../../src/core/models/languageModel.ts";
import type { RunEvent } from "../../../src/core/runs/events.ts";
import type { ItemRecord } from "../../../src/core/runs/itemRecord.ts";
import { performEvaluation } from "../../../src/node/evaluation/evaluationRun.ts";
import type { PreparedEvaluation } from "../../../src/node/evaluation/prepareEvaluation.ts";
import { readEvents } from "../../../src/node/runs/followRun.ts";
import { itemRows } from "../runs/itemRows.ts";
import { createRun, readManifest } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";
import { prepare, StandInModel } from "./evaluationFixture.ts";

describe("evaluation run", () => {
  const root = useTemporaryFolder();
  let prepared: PreparedEvaluation;

  before(async () => {
    prepared = await prepare();
  });

  /** Works on a run with a model of its own, as one process would. */
  function perform(
    folder: string,
    model: LanguageModel = new StandInModel(prepared),
    onEvent?: (event: RunEvent, session: AbortController) => void,
  ): Promise<void> {
    const stop = new AbortController();
    const work = (session: RunSession) => performEvaluation(session, prepared, () => Promise.resolve(model));
    return RunSession.perform(folder, work, { signal: stop.signal, onEvent: (event) => onEvent?.(event, stop) });
  }

  /** What two runs of the same evaluation agree in: everything but the cost. */
  async function results(folder: string): Promise<Omit<ItemRecord, "evaluatedTokens" | "milliseconds">[]> {
    return (await itemRows(folder)).map(({ evaluatedTokens: _tokens, milliseconds: _time, ...row }) => row);
  }

  async function uninterrupted(): Promise<string> {
    const folder = await createRun(root(), prepared.run);
    await perform(folder);
    return folder;
  }

  it("writes one row an item in the order of benchmarks and files, and a summary of them", async () => {
    const folder = await uninterrupted();
    const rows = await itemRows(folder);
    assert.deepEqual(
      rows.map(({ benchmark }) => benchmark),
      [...Array<string>(6).fill("sample-pubmedqa"), ...Array<string>(6).fill("sample-medqa-4")],
    );
    assert.deepEqual(
      rows.slice(6).map(({ item }) => item),
      [0, 1, 2, 3, 4, 5].map((n) => `medqa-test-${n}`),
    );
    const { protocol, notices: data } = prepared;
    const notices = { data, model: [] };
    const summarizer = new EvaluationSummarizer(protocol.protocol, protocol.parameters, [], notices);
    rows.forEach((row) => summarizer.add(row));
    const summary: unknown = JSON.parse(JSON.stringify(summarizer.summary()));
    assert.deepEqual(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")), summary);
    const events = await readEvents(folder);
    const found = events.find((event) => event.type === "summary");
    assert.deepEqual(found?.summary, summary);
    const progress = events.filter((event) => event.type === "progress").at(-1);
    assert.deepEqual([progress?.done.items, progress?.total.items], [12, 12]);
    const manifest = await readManifest(folder);
    assert.equal((manifest.details?.model as { name: string }).name, "toy");
  });

  it("evaluates several items at a time, and the order in which they finish changes nothing", async () => {
    class Slow extends StandInModel {
      underWay = 0;
      most = 0;
      override async score(request: ScoreRequest): Promise<ScoreResult> {
        this.most = Math.max(this.most, ++this.underWay);
        await sleep((request.prefix.length * 7) % 20);
        this.underWay--;
        return super.score(request);
      }
    }
    const model = new Slow(prepared);
    const folder = await createRun(root(), prepared.run);
    await perform(folder, model);
    assert.equal(model.most, 4);
    assert.deepEqual(await results(folder), await results(await uninterrupted()));
  });

  it("goes on where it was stopped, evaluates nothing twice, and ends with the same rows", async () => {
    const folder = await createRun(root(), prepared.run);
    class Counting extends StandInModel {
      override score(request: ScoreRequest): Promise<ScoreResult> {
        asked.push(JSON.stringify(request));
        return super.score(request);
      }
    }
    const asked: string[] = [];
    let stops = 0;
    class StopsSoon extends Counting {
      constructor(private readonly stop: () => void) {
        super(prepared);
      }
      override async score(request: ScoreRequest): Promise<ScoreResult> {
        const result = await super.score(request);
        if (this.requests.length === 3) this.stop();
        return result;
      }
    }
    for (; stops < 20; stops++) {
      const stop = new AbortController();
      const model = new StopsSoon(() => stop.abort(new CancelledError("stop")));
      const before = await results(folder);
      try {
        await RunSession.perform(
          folder,
          (session) => performEvaluation(session, prepared, () => Promise.resolve(model)),
          {
            signal: stop.signal,
          },
        );
        break;
      } catch (error) {
        assert(error instanceof CancelledError);
        const after = await results(folder);
        assert.deepEqual(after.slice(0, before.length), before);
        await appendFile(join(folder, "items.jsonl"), '{"v":1,"benchmark":"sample-med');
      }
    }
    assert(stops >= 2, `it was stopped ${stops} times`);
    assert.deepEqual(await results(folder), await results(await uninterrupted()));
    assert.equal((await readManifest(folder)).sessions, stops + 1);
  });

  /** Ends its host on chosen requests, as the client reports it after it tried again in vain. */
  class Crashing extends StandInModel {
    constructor(private readonly crashes: (request: ScoreRequest, count: number) => boolean) {
      super(prepared);
    }
    private count = 0;
    override score(request: ScoreRequest): Promise<ScoreResult> {
      if (this.crashes(request, this.count++))
        return Promise.reject(new ModelHostError("The model host ended 3 times."));
      return super.score(request);
    }
  }

  it("marks an item that keeps ending the model host as failed, with the reason, and goes on", async () => {
    const folder = await createRun(root(), prepared.run);
    await perform(folder, new Crashing((_request, count) => count === 4));
    const rows = await itemRows(folder);
    const failed = rows.filter(({ failure }) => failure !== undefined);
    assert.equal(rows.length, 12);
    assert.equal(failed.length, 1);
    assert.deepEqual(failed[0]!.failure, { code: "model.hostEnded", message: "The model host ended 3 times." });
    assert.equal(failed[0]!.correct, false);
    const warnings = (await readEvents(folder)).filter((event) => event.type === "warning");
    assert(warnings.some(({ message }) => message.includes(failed[0]!.item) && message.includes("ended 3 times")));
  });

  it("stops when one item after the other ends the model host, and blames none of them", async () => {
    const folder = await createRun(root(), prepared.run);
    await assert.rejects(perform(folder, new Crashing((_request, count) => count >= 4)), ModelHostError);
    assert.equal((await itemRows(folder)).length, 4);
    assert.equal((await readManifest(folder)).state, "failed");
    await perform(folder);
    assert.deepEqual(await results(folder), await results(await uninterrupted()));
  });

  it("marks the last items as failed too when they end the model host", async () => {
    const folder = await createRun(root(), prepared.run);
    await perform(folder, new Crashing((_request, count) => count >= 10));
    assert.equal((await itemRows(folder)).filter(({ failure }) => failure !== undefined).length, 2);
  });

  it("refuses to continue with another identity, and names what changed", async () => {
    const folder = await createRun(root(), { ...prepared.run, identity: { ...prepared.run.identity, shots: "3" } });
    await assert.rejects(perform(folder), (error: RunError) => {
      return error instanceof RunError && error.message.includes("shots (3 → the protocol's own)");
    });
  });

  it("refuses to continue a run whose tokens were grouped otherwise", async () => {
    const { "token groups": groups, ...identity } = prepared.run.identity;
    const folder = await createRun(root(), { ...prepared.run, identity });
    const message = `token groups (none → ${groups})`;
    await assert.rejects(
      perform(folder),
      (error: Error) => error instanceof RunError && error.message.includes(message),
    );
  });

  it("refuses a model file that was exchanged after it was hashed", async () => {
    const folder = await createRun(root(), prepared.run);
    const model = new StandInModel({ ...prepared, run: { ...prepared.run, identity: { model: "f".repeat(64) } } });
    await assert.rejects(perform(folder, model), /holds other bytes/);
    assert.deepEqual(await itemRows(folder), []);
  });

  it("warns when the model runs otherwise than before", async () => {
    const folder = await createRun(root(), prepared.run);
    const stop = perform(folder, new StandInModel(prepared), (event, session) => {
      if (event.type === "progress" && event.done.items === 0) session.abort(new CancelledError("stop"));
    });
    await assert.rejects(stop, CancelledError);
    const model = new StandInModel(prepared);
    Object.assign(model.description, { runtime: { engine: "toy", threads: 2 } });
    await perform(folder, model);
    const warnings = (await readEvents(folder)).filter((event) => event.type === "warning");
    assert(
      warnings.some(({ code, message }) => code === "model.runtimeChanged" && message.includes("threads (1 → 2)")),
    );
  });
});
