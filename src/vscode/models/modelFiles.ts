import { backends } from "../../node/backends/registry.ts";

/** Endings of the names of models. Patterns of files tell case where the disk does, so these are in both. */
export const modelFileEndings = backends.fileEndings.flatMap((ending) => [ending, ending.toUpperCase()]);

/** Finds the models below a folder. */
export const modelFilesPattern = `**/*.{${modelFileEndings.join(",")}}`;
