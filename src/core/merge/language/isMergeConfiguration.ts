/** How far into a file is looked: a merge configuration names its method early, and other YAML may be huge. */
const lookedAt = 200_000;

/** A method at the top level of any document, in quotes or not, or as the first key of a document in braces. */
const methodKey = /^(?:--- +)?(?:\{\s*)?["']?merge_method["']?[ \t]*:/m;
const expertsKey = /^["']?experts["']?[ \t]*:/m;
const expertModel = /^\s*(?:-\s+)*["']?source_model["']?[ \t]*:/m;

/**
 * Whether a YAML text is a merge configuration (`merge_method` at the top of one of its documents) or a mixture of
 * experts (`experts` with a `source_model`). Cheap enough to ask of every YAML file that is opened; a text that is half
 * written or broken elsewhere is recognised too.
 */
export function isMergeConfiguration(text: string): boolean {
  const head = text.length > lookedAt ? text.slice(0, lookedAt) : text;
  return methodKey.test(head) || (expertsKey.test(head) && expertModel.test(head));
}

/** Whether a file's name says that it is a merge configuration, so that an empty one has help too. */
export function hasMergeConfigurationName(file: string): boolean {
  return /(?:^|[\\/])(?:[^\\/]*\.merge|mergekit[^\\/]*)\.ya?ml$/i.test(file);
}
