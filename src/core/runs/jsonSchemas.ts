import { z } from "zod";
import { evaluationConfigurationSchema } from "../evaluation/configuration.ts";
import { protocolDefinitionSchema } from "../evaluation/ownProtocol/protocolDefinition.ts";
import { mergeConfigurationSchema } from "../merge/config/schema.ts";
import { moeConfigurationSchema } from "../merge/moe/moeConfiguration.ts";
import { promptFileSchema } from "../prompts/promptFile.ts";
import { reportSchema } from "../reports/report.ts";
import { runEventSchema } from "./events.ts";
import { itemRecordSchema } from "./itemRecord.ts";
import { runManifestSchema } from "./manifest.ts";

/** Medley's file formats, by the name of the JSON Schema that documents each for other tools. */
const formats: Readonly<Record<string, z.ZodType>> = {
  "run.schema": runManifestSchema,
  "event.schema": runEventSchema,
  "item.schema": itemRecordSchema,
  "evaluation.schema": evaluationConfigurationSchema,
  "protocol.schema": protocolDefinitionSchema,
  "merge.schema": mergeConfigurationSchema,
  "moe.schema": moeConfigurationSchema,
  "prompt.schema": promptFileSchema,
  "report.schema": reportSchema,
};

/**
 * JSON Schema (draft 2020-12) of every format, as files are written. Unknown keys are allowed in what Medley writes,
 * and refused in what a user configures.
 */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(formats).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: "input" })]),
  );
}
