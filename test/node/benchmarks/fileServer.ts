import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A server on the loopback interface whose answers the test decides. */
export class FileServer {
  readonly requests: { readonly url: string; readonly range?: string; readonly ifRange?: string }[] = [];
  private readonly server = createServer((request, response) => {
    const { range, "if-range": ifRange } = request.headers;
    this.requests.push({ url: request.url!, range, ifRange: ifRange as string | undefined });
    this.handler(request, response, this.requests.length);
  });
  private readonly handler: Handler;

  constructor(handler: Handler) {
    this.handler = handler;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  breakConnections(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Serves ranges as RFC 9110 has it, with a strong ETag. `until`: the body stops after so many bytes, without an end. */
export function serveRange(
  content: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  until?: number,
): void {
  const etag = `"${sha256(content).slice(0, 16)}"`;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const isCurrent = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const start = range !== null && isCurrent ? Number(range[1]) : 0;
  if (range !== null && start >= content.length) {
    response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    return;
  }
  const length = content.length - start;
  const headers = { etag, "content-length": length, "accept-ranges": "bytes" };
  if (start === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, { ...headers, "content-range": `bytes ${start}-${content.length - 1}/${content.length}` });
  if (until === undefined || until >= length) response.end(content.subarray(start));
  else response.write(content.subarray(start, start + until));
}
