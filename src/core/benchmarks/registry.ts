import { ConfigurationError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import type { BenchmarkDefinition, BenchmarkGroup } from "./benchmark.ts";
import { frenchmedmcqaBenchmarks } from "./frenchmedmcqa.ts";
import { headqaBenchmarks } from "./headqa.ts";
import { medmcqaBenchmarks } from "./medmcqa.ts";
import { medqaBenchmarks } from "./medqa.ts";
import { mmluBenchmarks } from "./mmlu.ts";
import { mmluSubjects } from "./mmluSubjects.ts";
import { pubmedqaBenchmarks } from "./pubmedqa.ts";
import { sampleBenchmarks } from "./samples.ts";
import { truthfulqaBenchmarks } from "./truthfulqa.ts";

/** Every benchmark that Medley knows by id. A new family is one file and one line here. */
export const benchmarks: readonly BenchmarkDefinition[] = [
  ...medqaBenchmarks,
  ...medmcqaBenchmarks,
  ...pubmedqaBenchmarks,
  ...mmluBenchmarks,
  ...truthfulqaBenchmarks,
  ...headqaBenchmarks,
  ...frenchmedmcqaBenchmarks,
  ...sampleBenchmarks,
];

const mmluSix = mmluSubjects.slice(0, 6).map(({ subject }) => `mmlu-${subject}`);
const mmluNine = mmluSubjects.map(({ subject }) => `mmlu-${subject}`);

export const benchmarkGroups: readonly BenchmarkGroup[] = [
  { id: "mmlu-medical-6", title: "MMLU, the six medical subjects of BioMistral and MultiMedQA", members: mmluSix },
  { id: "mmlu-medical-9", title: "MMLU, the nine medical subjects of Meditron and MediLoRA", members: mmluNine },
  {
    id: "mmlu-medical-9-ar",
    title: "MMLU in Arabic, the nine medical subjects",
    members: mmluNine.map((id) => `${id}-ar`),
  },
  {
    id: "bioinstructqa",
    title: "BioInstructQA, the ten English corpora of BioMistral",
    members: [...mmluSix, "medqa-4", "medqa-5", "pubmedqa", "medmcqa"],
  },
  {
    id: "sample",
    title: "Bundled sample of 120 questions, to try things out",
    members: sampleBenchmarks.map(({ id }) => id),
  },
];

/** One id as the user wrote it: a benchmark, or a group with its members. */
export interface ResolvedBenchmark {
  readonly id: string;
  /** Set when the id is a group's. */
  readonly group?: BenchmarkGroup;
  readonly definitions: readonly BenchmarkDefinition[];
}

/** @throws ConfigurationError when no benchmark has this id */
export function benchmarkById(id: string): BenchmarkDefinition {
  const definition = benchmarks.find((candidate) => candidate.id === id);
  if (definition !== undefined) return definition;
  throw unknownId(id);
}

/** @throws ConfigurationError when no benchmark and no group has this id */
export function resolveBenchmark(id: string): ResolvedBenchmark {
  const group = benchmarkGroups.find((candidate) => candidate.id === id);
  if (group === undefined) return { id, definitions: [benchmarkById(id)] };
  return { id, group, definitions: group.members.map(benchmarkById) };
}

function unknownId(id: string): ConfigurationError {
  const ids = [...benchmarkGroups, ...benchmarks].map((candidate) => candidate.id);
  const near = nearest(id, ids);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(", ")}?`
      : "Name a benchmark or a group that is listed, or the path of a .jsonl or .csv file with your own questions.";
  return new ConfigurationError(`There is no benchmark "${id}".`, { hint });
}
