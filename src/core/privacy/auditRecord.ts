import { z } from "zod";
import { privacyCategories, type PrivacyCategory } from "./finding.ts";

const categories = z.enum(Object.keys(privacyCategories) as [PrivacyCategory, ...PrivacyCategory[]]);

/**
 * One line of the audit log: that a text left this machine, never the text. What goes to a model on this machine is not
 * recorded.
 */
export const auditRecordSchema = z.looseObject({
  v: z.literal(1),
  time: z.iso.datetime().describe("when the text was handed over for sending, UTC"),
  hosts: z.array(z.string().min(1)).min(1).describe("who received it, as host:port"),
  model: z.string().describe("as the server names it"),
  characters: z.int().nonnegative().describe("length of what was sent, in UTF-16 code units"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("of what was sent, in UTF-8"),
  decision: z.enum(["asIs", "redacted"]).describe("whether the text was sent as it was, or with marks for findings"),
  findings: z
    .partialRecord(categories, z.int().positive())
    .describe("how many findings the rules had in the text before redaction, by category"),
});
export type AuditRecord = z.infer<typeof auditRecordSchema>;
