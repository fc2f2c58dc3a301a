import { formatDuration } from "../../src/core/formatting.ts";
import { describeRecordedIdentity } from "../../src/core/models/modelIdentity.ts";
import type { ReportedRun } from "../../src/core/reports/report.ts";
import { h, type Child } from "../dom.ts";

/** Where the numbers come from: what another researcher needs to make them again. Folded away at first. */
export function runFacts(runs: readonly ReportedRun[]): HTMLElement {
  return h(
    "details",
    { class: "run-facts" },
    h("summary", {}, runs.length === 1 ? "About this run" : `About these ${runs.length} runs`),
    runs.map(oneRun),
  );
}

function oneRun({ run, label, partial, verification, manifest, summary }: ReportedRun): HTMLElement {
  const { created, seed, inputs, versions, host, fingerprint } = manifest;
  const { protocol, cost } = summary;
  return h(
    "dl",
    { class: "facts-list", "aria-label": label },
    entry("run", run),
    partial !== undefined && entry("state", partial),
    verification !== undefined && entry("items.jsonl", verification.message ?? "as it was when the run ended"),
    entry("started", created.replace("T", " ").replace(/\.\d+Z$/, "Z")),
    entry("protocol", `${protocol.id}, version ${protocol.version}`),
    seed !== undefined && entry("seed", String(seed)),
    inputs.map(({ role, name, ...input }) => entry(role, [name, " ", h("code", {}, describeRecordedIdentity(input))])),
    entry("model time", formatDuration(cost.milliseconds / 1000)),
    entry("tokens evaluated", `${cost.evaluatedTokens} of ${cost.promptTokens} in the prompts`),
    entry(
      "versions",
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ),
    entry("machine", `${host.cpu}, ${host.cores} cores, ${host.os} ${host.architecture}`),
    entry("fingerprint", h("code", {}, fingerprint)),
  );
}

function entry(name: string, value: Child): HTMLElement[] {
  return [h("dt", {}, name), h("dd", {}, value)];
}
