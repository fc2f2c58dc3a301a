/** Name of the bundle -> source, of code that runs under Node. */
export const nodeEntryPoints: Readonly<Record<string, string>>;
/** The same of code that runs in the editor's pages. */
export const pageEntryPoints: Readonly<Record<string, string>>;
/** Names of the bundles below `dist`. */
export const bundleNames: readonly string[];
