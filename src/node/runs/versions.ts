import packageJson from "../../../package.json";

/** This Medley's version. */
export const medleyVersion: string = packageJson.version;

/** What a run records of the software that performs it; a run's kind adds its own. */
export function baseVersions(): Record<string, string> {
  return { medley: medleyVersion, node: process.versions.node };
}

/** Version of llama.cpp's Node bindings, which also fixes that of llama.cpp. */
export const modelEngineVersion: string = packageJson.dependencies["node-llama-cpp"];
