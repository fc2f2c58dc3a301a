/**
 * The GGUF file of a checkpoint among those at hand: the one whose name begins with the checkpoint's own. With several
 * (quantizations of one model) the shortest name is taken, which is most often the one that was converted first.
 * @param model as the configuration names it: a folder, an id of a hub, either with an adapter
 * @param files paths with `/`
 * @returns undefined when there is none
 */
export function ggufOf(model: string, files: readonly string[]): string | undefined {
  const wanted = checkpointName(model).toLowerCase();
  const candidates = files.filter((file) => {
    const name = file.slice(file.lastIndexOf("/") + 1).toLowerCase();
    // "base-7b" is not "base-7b-v2": the name ends there, or the quantization or type follows.
    return name.startsWith(wanted) && /^(?:[.-](?:i?q\d\w*|b?f(?:16|32)|fp16))?\.gguf$/.test(name.slice(wanted.length));
  });
  return candidates.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
}

/** The last part of a path or id; what comes after `+` or `@` belongs to it, in a form that file names can have. */
export function checkpointName(model: string): string {
  const parts = model.split("+").map((part) => part.replace(/[\\/]+$/, "").replace(/^.*[\\/]/, ""));
  return parts.join("-").replaceAll(/[^\w.-]+/g, "-");
}
