import { z } from "zod";
import { RunError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { isMereName } from "../models/modelIdentity.ts";
import { remedySchema } from "../remedy.ts";
import { checkSchema, fieldOf, type SchemaProblem } from "../schemaProblems.ts";

/** Where a run stands. A `running` run whose process is gone is shown as `interrupted`. */
export const runStateSchema = z.enum(["created", "running", "finished", "failed", "cancelled", "interrupted"]);
export type RunState = z.infer<typeof runStateSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
const utcTime = z.iso.datetime().describe("UTC time, ISO 8601");

export const runInputSchema = z
  .object({
    role: z.string().describe("What the run used it for: model, benchmark, shots, protocol, …"),
    name: z.string().describe("Name as the user wrote it: a benchmark's id, a model's path"),
    path: z.string().optional().describe("Absolute path of the file; absent for what is built in"),
    bytes: z.int().nonnegative().optional(),
    sha256: sha256.optional(),
    digest: z
      .string()
      .optional()
      .describe("What a server says that it has under the name; an input with neither hash is known by its name only"),
  })
  .describe("A file, or built-in definition, that the numbers depend on");
export type RunInput = z.infer<typeof runInputSchema>;

export const runFailureSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  place: z
    .object({
      file: z.string().optional(),
      line: z.int().optional(),
      column: z.int().optional(),
      field: z.string().optional(),
    })
    .optional()
    .describe("File, tensor, key, … at fault"),
  remedy: remedySchema.optional().describe("What helps, for whoever shows the failure to word"),
});

/** A failure as the error that it was, for a person to read. */
export function failureError({ message, hint, place, remedy }: z.infer<typeof runFailureSchema>): RunError {
  return new RunError(message, { hint, place, remedy });
}

export const hostSchema = z.object({
  name: z.string(),
  os: z.string(),
  architecture: z.string(),
  cpu: z.string(),
  cores: z.int().positive(),
  memoryBytes: z.int().positive(),
});

export const runManifestSchema = z
  .object({
    v: z.literal(1).describe("Version of this format"),
    kind: z.string().describe("evaluation, merge, …: names the code that performs the run"),
    title: z.string().describe("One line for lists"),
    created: utcTime,
    state: runStateSchema,
    configuration: z.object({
      given: z.json().describe("The configuration as the user gave it"),
      resolved: z.json().describe("The same with every default filled in: what the run performs"),
    }),
    inputs: z.array(runInputSchema),
    identity: z
      .record(z.string(), z.string())
      .describe("Everything that can change a number, by name; two runs with equal identities may be continued as one"),
    fingerprint: sha256.describe("SHA-256 of the identity in canonical JSON"),
    versions: z
      .record(z.string(), z.string())
      .describe("Versions of medley, node, node-llama-cpp, llama.cpp, …, by name"),
    host: hostSchema.describe("The machine of the latest session"),
    details: z
      .record(z.string(), z.json())
      .optional()
      .describe("What became known while working, by name; its form is that of the run's kind"),
    seed: z.int().nonnegative().optional(),
    started: utcTime.optional().describe("Start of the first session"),
    ended: utcTime.optional().describe("End of the latest session"),
    sessions: z.int().nonnegative().describe("How often work on the run was started or resumed"),
    failure: runFailureSchema.optional().describe("Why the latest session failed"),
  })
  .describe("run.json: the manifest of a Medley run");

export type RunManifest = z.infer<typeof runManifestSchema>;

/** States from which work on a run may go on. */
export const resumableStates: readonly RunState[] = ["created", "cancelled", "failed", "interrupted"];

/**
 * Reads the text of a run.json.
 * @param file named in errors
 * @throws RunError when it is damaged or of a newer version
 */
export function parseRunManifest(text: string, file: string): RunManifest {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new RunError("The run's manifest is damaged: it is not JSON.", {
      place: { file },
      hint: damagedHint,
      remedy: { action: "startNewRun" },
      cause,
    });
  }
  const version = versionOf(value);
  if (typeof version === "number" && version > 1) {
    throw new RunError(`The run was made by a newer Medley (its format is version ${version}).`, {
      place: { file, field: "v" },
      hint: "Update Medley to read it.",
    });
  }
  const checked = checkSchema(value, runManifestSchema);
  const problems = "value" in checked ? lostHashes(checked.value) : checked.problems;
  if ("value" in checked && problems.length === 0) return checked.value;
  const problem = problems[0]!;
  throw new RunError(`The run's manifest is damaged: ${problem.message}`, {
    place: { file, field: fieldOf(problem) },
    hint: damagedHint,
    remedy: { action: "startNewRun" },
  });
}

/** Inputs that nothing tells from others of their name, though only a model of a server may be known by its name alone. */
function lostHashes({ inputs, identity }: RunManifest): SchemaProblem[] {
  const mayLack = (role: string): boolean => role === "model" && isMereName(identity["model"]);
  return inputs.flatMap(({ role, name, sha256, digest }, index) =>
    sha256 !== undefined || digest !== undefined || mayLack(role)
      ? []
      : [{ kind: "missingKey", path: ["inputs", index], key: "sha256", message: `${name} (${role}) has no hash.` }],
  );
}

const damagedHint = "The other files of the folder are untouched. Restore run.json from a backup.";

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
}
