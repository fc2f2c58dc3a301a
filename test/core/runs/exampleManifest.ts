import type { RunManifest } from "../../../src/core/runs/manifest.ts";

export const exampleManifest: RunManifest = {
  v: 1,
  kind: "evaluation",
  title: "medqa-4, stories260k",
  created: "2026-01-31T14:15:02.345Z",
  state: "created",
  configuration: { given: { benchmark: "medqa-4" }, resolved: { benchmark: ["medqa-4"], seed: 1234 } },
  inputs: [{ role: "model", name: "model.gguf", path: "/models/model.gguf", bytes: 12, sha256: "0".repeat(64) }],
  identity: { model: "0".repeat(64) },
  fingerprint: "f".repeat(64),
  versions: { medley: "0.1.0", node: "20.20.2" },
  host: { name: "host", os: "Linux", architecture: "x64", cpu: "cpu", cores: 2, memoryBytes: 1024 },
  seed: 1234,
  sessions: 0,
};
