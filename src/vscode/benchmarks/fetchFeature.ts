import * as vscode from "vscode";
import type { BenchmarkDefinition } from "../../core/benchmarks/benchmark.ts";
import { benchmarkGroups, resolveBenchmark } from "../../core/benchmarks/registry.ts";
import { fetchDataCommand } from "../../core/evaluation/fetchDataCommand.ts";
import { CancelledError } from "../../core/errors.ts";
import { formatBytes } from "../../core/formatting.ts";
import { defaultDataFolder } from "../../node/benchmarks/dataFolder.ts";
import { DataStore, type BenchmarkStatus } from "../../node/benchmarks/dataStore.ts";
import {
  fetchBenchmarks,
  type FetchOptions,
  type FetchPlan,
  type PlannedDownload,
} from "../../node/benchmarks/fetchBenchmarks.ts";
import { Feature } from "../common/feature.ts";
import { messages } from "../common/messages.ts";
import type { Services } from "../common/services.ts";
import { readSettings } from "../common/settings.ts";
import { assertTrusted } from "../common/trust.ts";

/** Downloads the data files of benchmarks, after showing licence, size and host and being told to. */
export class FetchFeature extends Feature {
  constructor(services: Services) {
    super(services);
    this.command(fetchDataCommand, (ids) => this.fetch(Array.isArray(ids) ? ids.map(String) : undefined));
  }

  /** @param ids benchmarks and groups; without them the user is asked */
  private async fetch(ids: readonly string[] | undefined): Promise<void> {
    assertTrusted();
    const { dataFolders, dataMirror } = readSettings(vscode.workspace.workspaceFolders?.[0]);
    const dataFolder = defaultDataFolder();
    const store = new DataStore({
      folders: dataFolders,
      dataFolder,
      resourcesFolder: this.services.context.extensionPath,
    });
    const definitions = ids === undefined ? await chooseBenchmarks(store) : definitionsOf(ids);
    if (definitions === undefined) return;
    const plan = await this.download(definitions, store, { dataFolder, mirror: dataMirror || undefined });
    const count = plan.downloads.length;
    const message =
      count === 0
        ? vscode.l10n.t("Everything that these benchmarks need is at hand already.")
        : vscode.l10n.t("Fetched {0} ({1}) into {2}.", fileCount(count), formatBytes(plan.totalBytes), dataFolder);
    void messages.inform(message);
    this.services.dataFetched.fire();
  }

  private async download(
    definitions: readonly BenchmarkDefinition[],
    store: DataStore,
    place: Pick<FetchOptions, "dataFolder" | "mirror">,
  ): Promise<FetchPlan> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Fetching benchmark data"),
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (progress, token) => {
      const stop = new AbortController();
      const cancellation = token.onCancellationRequested(() =>
        stop.abort(new CancelledError(vscode.l10n.t("The download was stopped; what was received is kept."))),
      );
      const received = new Map<PlannedDownload, number>();
      let total = 1;
      let shown = 0;
      try {
        return await fetchBenchmarks(definitions, store, {
          ...place,
          signal: stop.signal,
          consent: (plan) => {
            total = Math.max(1, plan.totalBytes);
            return askConsent(plan);
          },
          onProgress: (file, bytes) => {
            received.set(file, bytes);
            const percent = (100 * [...received.values()].reduce((sum, part) => sum + part, 0)) / total;
            progress.report({ increment: percent - shown, message: progressMessage(file, bytes) });
            shown = percent;
          },
        });
      } finally {
        cancellation.dispose();
      }
    });
  }
}

function progressMessage({ destination, known }: PlannedDownload, received: number): string {
  const name = destination.split(/[\\/]/).at(-1);
  return vscode.l10n.t("{0}: {1} of {2}", name ?? "", formatBytes(received), formatBytes(known.bytes));
}

/** Lets the user pick from all benchmarks and groups; those that are at hand are said to be. */
async function chooseBenchmarks(store: DataStore): Promise<readonly BenchmarkDefinition[] | undefined> {
  const statuses = await store.list();
  const items = statuses.map(benchmarkItem);
  const groups = benchmarkGroups.map(({ id, title }) => ({ label: id, detail: title }));
  const picked = await vscode.window.showQuickPick([...groups, ...items], {
    title: vscode.l10n.t("Fetch Benchmark Data"),
    placeHolder: vscode.l10n.t("Benchmarks to have at hand. Nothing is downloaded before you agreed to it."),
    canPickMany: true,
    matchOnDetail: true,
  });
  if (picked === undefined || picked.length === 0) return undefined;
  return definitionsOf(picked.map(({ label }) => label));
}

function definitionsOf(ids: readonly string[]): readonly BenchmarkDefinition[] {
  return [...new Set(ids.flatMap((id) => resolveBenchmark(id).definitions))];
}

function benchmarkItem({ definition, ready }: BenchmarkStatus): vscode.QuickPickItem {
  const state = ready ? vscode.l10n.t("at hand") : vscode.l10n.t("not at hand");
  return { label: definition.id, description: `${state} · ${definition.licence.name}`, detail: definition.title };
}

async function askConsent(plan: FetchPlan): Promise<boolean> {
  const download = vscode.l10n.t("Download");
  const detail = plan.downloads
    .map(({ benchmarks, known, licence, hosts, destination }) =>
      [
        `${benchmarks.join(", ")}: ${formatBytes(known.bytes)}`,
        vscode.l10n.t("from {0}, licence {1} ({2})", hosts.join(", "), licence.name, licence.notice),
        vscode.l10n.t("to {0}", destination),
      ].join("\n"),
    )
    .join("\n\n");
  const message = vscode.l10n.t("Download {0}, {1}?", fileCount(plan.downloads.length), formatBytes(plan.totalBytes));
  return (await messages.warn(message, { modal: true, detail }, download)) === download;
}

function fileCount(count: number): string {
  return count === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", count);
}
