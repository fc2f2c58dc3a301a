import { t } from "../../src/core/pages/texts.ts";
import { formatDuration } from "../../src/core/formatting.ts";
import { describeRecordedIdentity } from "../../src/core/models/modelIdentity.ts";
import type { ReportedRun } from "../../src/core/reports/report.ts";
import { h, type Child } from "../dom.ts";

/** Where the numbers come from: what another researcher needs to make them again. Folded away at first. */
export function runFacts(runs: readonly ReportedRun[]): HTMLElement {
  return h(
    "details",
    { class: "run-facts" },
    h("summary", {}, runs.length === 1 ? t("About this run") : t("About these {0} runs", runs.length)),
    runs.map(oneRun),
  );
}

function oneRun({ run, label, partial, verification, manifest, summary }: ReportedRun): HTMLElement {
  const { created, seed, inputs, versions, host, fingerprint } = manifest;
  const { protocol, cost } = summary;
  return h(
    "dl",
    { class: "facts-list", "aria-label": label },
    entry(t("run"), run),
    partial !== undefined && entry(t("state"), partial),
    verification !== undefined && entry("items.jsonl", verification.message ?? t("as it was when the run ended")),
    entry(t("started"), created.replace("T", " ").replace(/\.\d+Z$/, "Z")),
    entry(t("protocol"), t("{0}, version {1}", protocol.id, protocol.version)),
    seed !== undefined && entry(t("seed"), String(seed)),
    inputs.map(({ role, name, ...input }) => entry(role, [name, " ", h("code", {}, describeRecordedIdentity(input))])),
    entry(t("model time"), formatDuration(cost.milliseconds / 1000)),
    entry(t("tokens evaluated"), t("{0} of {1} in the prompts", cost.evaluatedTokens, cost.promptTokens)),
    entry(
      t("versions"),
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ),
    entry(t("machine"), `${host.cpu}, ${t("{0} cores", host.cores)}, ${host.os} ${host.architecture}`),
    entry(t("fingerprint"), h("code", {}, fingerprint)),
  );
}

function entry(name: string, value: Child): HTMLElement[] {
  return [h("dt", {}, name), h("dd", {}, value)];
}
