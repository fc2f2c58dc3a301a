/** Ids of bundled samples are the id of the published benchmark behind this prefix. */
export const samplePrefix = "sample-";

/** Id of the benchmark whose questions these are: a protocol asks a sample's questions as it asks the whole benchmark's. */
export function publishedId(benchmark: string): string {
  return benchmark.startsWith(samplePrefix) ? benchmark.slice(samplePrefix.length) : benchmark;
}
