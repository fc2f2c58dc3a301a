import { createHash } from "node:crypto";
import { join } from "node:path";
import { ModelHostError, RunError } from "../../core/errors.ts";
import { evaluationConfigurationSchema } from "../../core/evaluation/configuration.ts";
import { evaluationKind } from "../../core/evaluation/evaluationKind.ts";
import { failedRecord, ItemEvaluator } from "../../core/evaluation/itemEvaluator.ts";
import { describeChanges } from "../../core/evaluation/runIdentity.ts";
import { EvaluationSummarizer } from "../../core/evaluation/summary/evaluationSummarizer.ts";
import { contextWindow, type PreparedUnit } from "../../core/evaluation/unitPreparer.ts";
import { withCapabilities, type LanguageModel } from "../../core/models/languageModel.ts";
import { identityNotices, identityText } from "../../core/models/modelIdentity.ts";
import { printModelRef } from "../../core/models/modelRef.ts";
import { recordedModelNotices } from "../../core/models/modelNotices.ts";
import { changedComponents } from "../../core/runs/canonicalJson.ts";
import type { ItemRecord } from "../../core/runs/itemRecord.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";
import type { RecordedResult } from "../../core/runs/recordedResult.ts";
import type { OpenOptions } from "../backends/backend.ts";
import { defaultDataFolder } from "../benchmarks/dataFolder.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { ItemStore, readItems } from "../runs/itemStore.ts";
import { recordItems } from "../runs/recordItems.ts";
import { hashCacheFolder, runFiles } from "../runs/runFolder.ts";
import type { RunPerformer } from "../runs/runPerformer.ts";
import type { RunSession } from "../runs/runSession.ts";
import { forEachInFlight } from "./inFlight.ts";
import { prepareEvaluations, type PreparedEvaluation } from "./prepareEvaluation.ts";
import { RunningAccuracy } from "./runningAccuracy.ts";
import { waitForMemory } from "./waitForMemory.ts";

/** With one item in the model and more that wait for it, the model never waits for us. */
const itemsInFlight = 4;
const progressInterval = 500;
/** So many different items in a row cannot all be to blame: then the model host itself does not work. */
const mostFailuresInARow = 5;

export type OpenModel = (options: OpenOptions) => Promise<LanguageModel>;

/** Performs evaluations. */
export const evaluationRun: RunPerformer = {
  kind: evaluationKind,
  async perform(session) {
    await performEvaluation(session, await prepareAgain(session));
  },
};

/**
 * Prepares the evaluation that a run's manifest describes.
 * @throws RunError when a model, benchmark or protocol is no longer what the run began with
 */
async function prepareAgain({ folder, manifest }: RunSession): Promise<PreparedEvaluation> {
  const configuration = evaluationConfigurationSchema.safeParse(manifest.configuration.resolved);
  if (!configuration.success) {
    throw new RunError("The run's configuration is damaged, or of another version of Medley.", {
      place: { file: join(folder, runFiles.manifest), field: "configuration.resolved" },
      hint: "Start a new run.",
    });
  }
  const [prepared] = await prepareEvaluations(configuration.data, {
    baseFolder: folder,
    dataFolder: defaultDataFolder(),
    cacheFolder: hashCacheFolder(folder),
  });
  requireSameIdentity(manifest, prepared!);
  return prepared!;
}

function requireSameIdentity({ identity, title }: RunManifest, { run }: PreparedEvaluation): void {
  const changed = changedComponents(identity, run.identity);
  if (changed.length === 0) return;
  throw new RunError(
    `The run (${title}) cannot go on, because this changed: ${describeChanges(identity, run.identity, changed)}.`,
    {
      hint: "Bring back what it began with, or start a new run.",
    },
  );
}

/**
 * Evaluates every item of a run that has no row yet, and summarises all.
 * @param open opens the model; its backend when absent
 * @throws CancelledError, RunError, ModelError, ModelHostError; what was computed is kept, and the run can be resumed
 */
export async function performEvaluation(
  session: RunSession,
  prepared: PreparedEvaluation,
  open: OpenModel = (options) => prepared.model.open(options),
): Promise<void> {
  requireSameIdentity(session.manifest, prepared);
  for (const message of prepared.warnings) await session.emit({ type: "warning", code: "data", message });
  await session.updateManifest({ details: { ...session.manifest.details, notices: prepared.notices } });
  const accuracy = new RunningAccuracy();
  const store = await ItemStore.open(session.folder, prepared.rows, (record) => accuracy.add(record));
  try {
    if (store.count < store.total) await new Evaluation(session, prepared, store, accuracy).evaluate(open);
    await store.finish();
  } finally {
    await store.close();
  }
  await summarize(session, prepared);
}

async function summarize(session: RunSession, { protocol, groups, notices: data }: PreparedEvaluation): Promise<void> {
  const notices = { data, model: recordedModelNotices(session.manifest.details) };
  const summarizer = new EvaluationSummarizer(protocol.protocol, protocol.parameters, groups, notices);
  for await (const record of readItems(session.folder)) summarizer.add(record);
  const summary = summarizer.summary();
  const text = JSON.stringify(summary, undefined, 2) + "\n";
  await writeAtomically(join(session.folder, runFiles.summary), text);
  const result: RecordedResult = {
    items: await recordItems(session.folder),
    summary: { sha256: createHash("sha256").update(text).digest("hex") },
  };
  await session.updateManifest({ details: { ...session.manifest.details, result } });
  await session.emit({ type: "summary", summary });
}

/** The part of an evaluation that needs the model. */
class Evaluation {
  private evaluatedTokens = 0;
  private failed = 0;
  private lastProgress = -Infinity;
  /** Failures that are written once another item shows that the model host works. */
  private unwritten: ItemRecord[] = [];
  /** What is with the model. */
  private readonly inFlight = new Set<PreparedUnit>();

  constructor(
    private readonly session: RunSession,
    private readonly prepared: PreparedEvaluation,
    private readonly store: ItemStore,
    private readonly accuracy: RunningAccuracy,
  ) {}

  async evaluate(open: OpenModel): Promise<void> {
    const { session, prepared, store } = this;
    await waitForMemory(session);
    await session.emit({ type: "phase", phase: "load", title: `Loading ${printModelRef(prepared.model.ref)}` });
    const { protocol, parameters } = prepared.protocol;
    const opened = await this.openModel(open);
    try {
      await this.recordModel(opened);
      const model = withCapabilities(opened, "tokenizer", ...protocol.needs);
      const { overflow } = prepared.configuration;
      const window = contextWindow(model.description);
      const evaluator = new ItemEvaluator({ model, protocol, parameters, window, overflow });
      await session.emit({ type: "phase", phase: "evaluate", title: prepared.run.title });
      await this.report();
      const missing = evaluator.prepareAll(prepared.units, ({ item, draw }) =>
        store.has({ benchmark: item.benchmark, item: item.id, draw }),
      );
      await forEachInFlight(this.untilCancelled(missing), itemsInFlight, (unit) => this.evaluateOne(evaluator, unit));
      await this.writeFailures();
      await this.report();
    } finally {
      await opened.dispose();
    }
  }

  private async openModel(open: OpenModel): Promise<LanguageModel> {
    const { gpu, contextSize, threads, kvCacheType } = this.prepared.configuration;
    return await open({
      gpu,
      contextSize,
      threads,
      kvCacheType,
      cacheFolder: hashCacheFolder(this.session.folder),
      hashAnew: true,
      onRestart: ({ reason, delay }) => {
        const items = [...this.inFlight].map(({ unit: { item } }) => item.id);
        const again = items.length === 0 ? "" : ` Asked again: ${items.join(", ")}.`;
        const message = `The model host ended (${reason}); it is started again in ${delay} ms.${again}`;
        this.session.emit({ type: "warning", code: "model.hostEnded", message }).catch((error: unknown) => {
          this.session.cancel(error);
        });
      },
    });
  }

  /** @throws RunError when the model is not the one that was identified before */
  private async recordModel({ description }: LanguageModel): Promise<void> {
    const { manifest } = this.session;
    const { identity } = description;
    if (identityText(identity) !== this.prepared.run.identity.model) {
      const message =
        identity.kind === "sha256"
          ? "The model file holds other bytes than those that the run is of."
          : "The server has another model under this name than the one that the run is of.";
      throw new RunError(message, {
        place: this.prepared.model.place,
        hint: "Start again: the new model gets a run of its own.",
      });
    }
    const notices = [...identityNotices(identity), ...description.notices];
    for (const { message } of notices) await this.session.emit({ type: "warning", code: "model", message });
    const before = manifest.details?.model as Partial<typeof description> | undefined;
    const changes = changedComponents(textValues(before?.runtime), textValues(description.runtime));
    if (before !== undefined && changes.length > 0) {
      const names = describeChanges(textValues(before.runtime), textValues(description.runtime), changes);
      const message = `The model runs otherwise than in the session before: ${names}. Numbers may differ in the last digits.`;
      await this.session.emit({ type: "warning", code: "model.runtimeChanged", message });
    }
    const model = JSON.parse(JSON.stringify({ ...description, notices })) as NonNullable<
      RunManifest["details"]
    >[string];
    await this.session.updateManifest({ details: { ...manifest.details, model } });
  }

  private async *untilCancelled(units: AsyncGenerator<PreparedUnit>): AsyncGenerator<PreparedUnit> {
    for await (const unit of units) {
      this.session.signal.throwIfAborted();
      yield unit;
    }
  }

  private async evaluateOne(evaluator: ItemEvaluator<unknown>, unit: PreparedUnit): Promise<void> {
    let record: ItemRecord;
    this.inFlight.add(unit);
    try {
      record = await evaluator.evaluate(unit, this.session.signal);
    } catch (error) {
      this.session.signal.throwIfAborted();
      if (!(error instanceof ModelHostError)) throw error;
      this.unwritten.push(failedRecord(unit, error));
      if (this.unwritten.length >= mostFailuresInARow) throw error;
      return;
    } finally {
      this.inFlight.delete(unit);
    }
    await this.writeFailures();
    await this.write(record);
  }

  private async writeFailures(): Promise<void> {
    const failures = this.unwritten;
    this.unwritten = [];
    for (const record of failures) await this.write(record);
  }

  private async write(record: ItemRecord): Promise<void> {
    await this.store.add(record);
    this.accuracy.add(record);
    this.evaluatedTokens += record.evaluatedTokens;
    if (record.failure !== undefined) {
      this.failed++;
      const message = `${record.benchmark}, item ${record.item}: ${record.failure.message}`;
      await this.session.emit({ type: "warning", code: record.failure.code, message });
    }
    if (performance.now() - this.lastProgress >= progressInterval) await this.report();
  }

  private async report(): Promise<void> {
    this.lastProgress = performance.now();
    const { session, store, evaluatedTokens, failed, accuracy } = this;
    const metric = accuracy.estimate();
    if (metric !== undefined) await session.emit({ type: "metric", name: "accuracy", ...metric, step: store.count });
    await session.emit({
      type: "progress",
      phase: "evaluate",
      done: { items: store.count, tokens: evaluatedTokens, failed },
      total: { items: store.total },
    });
  }
}

function textValues(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
