import { ConfigurationError } from "../errors.ts";
import { checkSchema, fieldOf } from "../schemaProblems.ts";
import type { Protocol } from "./protocol.ts";
import { bioMistral } from "./protocols/bioMistral.ts";
import { lmEval } from "./protocols/lmEval.ts";
import { mediLora } from "./protocols/mediLora.ts";
import { meditron } from "./protocols/meditron.ts";

/** Every built-in protocol, in the order in which they are listed. */
export const builtInProtocols: readonly Protocol[] = [lmEval, bioMistral, mediLora, meditron];

/** @throws ConfigurationError when there is none with this id */
export function findProtocol(id: string): Protocol {
  const protocol = builtInProtocols.find((candidate) => candidate.id === id);
  if (protocol) return protocol;
  throw new ConfigurationError(`There is no protocol called ${JSON.stringify(id)}.`, {
    hint: `Use one of ${builtInProtocols.map((known) => known.id).join(", ")}, or the path of a file that declares your own.`,
    place: { field: "protocol" },
  });
}

/**
 * A protocol's settings with every default filled in.
 * @param given what the user wrote; undefined is nothing
 * @throws ConfigurationError that names every wrong field
 */
export function resolveParameters<Parameters>(protocol: Protocol<Parameters>, given: unknown = {}): Parameters {
  const checked = checkSchema(given, protocol.parameters);
  if ("value" in checked) return checked.value;
  const problems = checked.problems.map((problem) => `${fieldOf(problem) ?? "settings"}: ${problem.message}`);
  throw new ConfigurationError(`The settings of the protocol ${protocol.id} are wrong. ${problems.join(" ")}`, {
    hint: "See docs/protocols.md for what the protocol understands.",
    place: { field: fieldOf(checked.problems[0]!) },
  });
}
