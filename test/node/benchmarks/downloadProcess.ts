import { download, type DownloadRequest } from "../../../src/node/benchmarks/download.ts";

/** Performs the download that the argument describes, for tests that limit what its process may do. */
await download(JSON.parse(process.argv[2]!) as DownloadRequest).then(
  () => console.log("complete"),
  (error: unknown) => console.log(String(error)),
);
