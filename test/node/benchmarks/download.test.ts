import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CancelledError, FileError } from "../../../src/core/errors.ts";
import { download, type DownloadRequest } from "../../../src/node/benchmarks/download.ts";
import { RunLock } from "../../../src/node/runs/runLock.ts";
import { FileServer, serveRange, sha256, type Handler } from "./fileServer.ts";

const content = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) >> 3);
const retry = { attempts: 4, delay: 5, stall: 1000 };

describe("Download", () => {
  let folder: string;
  let server: FileServer;
  let address: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "medley-download-"));
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  async function serve(handler: Handler): Promise<void> {
    server = new FileServer(handler);
    address = await server.start();
  }

  function request(changes: Partial<DownloadRequest> = {}): DownloadRequest {
    return {
      urls: [`${address}/file`],
      sha256: sha256(content),
      bytes: content.length,
      destination: join(folder, "data", "file.json"),
      workFolder: join(folder, "work"),
      retry,
      ...changes,
    };
  }

  /** Breaks the connection when so much has arrived. */
  function breakAt(...positions: readonly number[]): (received: number) => void {
    return (received) => {
      if (positions.includes(received)) server.breakConnections();
    };
  }

  function part(bytes: Uint8Array): void {
    mkdirSync(join(folder, "work"), { recursive: true });
    writeFileSync(join(folder, "work", "part"), bytes);
  }

  function assertComplete(): void {
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, "data", "file.json"))), content);
    assert.ok(!existsSync(join(folder, "work")), "nothing is left of the work folder");
  }

  async function assertFails(pattern: RegExp, changes: Partial<DownloadRequest> = {}): Promise<void> {
    await assert.rejects(download(request(changes)), (error: unknown) => {
      assert.ok(error instanceof FileError, String(error));
      assert.match(error.message, pattern);
      return true;
    });
    assert.ok(!existsSync(join(folder, "data", "file.json")), "no file under the final name");
  }

  it("writes the file under its final name, and reports progress", async () => {
    await serve((request_, response) => serveRange(content, request_, response));
    const progress: number[] = [];
    await download(request({ onProgress: (received) => progress.push(received) }));
    assertComplete();
    assert.equal(progress.at(-1), content.length);
    assert.deepEqual(
      progress,
      progress.toSorted((left, right) => left - right),
    );
  });

  it("resumes after the connection broke half-way, on the condition that the file is the same", async () => {
    await serve((request_, response, count) =>
      serveRange(content, request_, response, count === 1 ? 50_000 : undefined),
    );
    await download(request({ onProgress: breakAt(50_000) }));
    assertComplete();
    assert.equal(server.requests.length, 2);
    const [, second] = server.requests;
    assert.match(second!.range!, /^bytes=[1-9]\d*-$/);
    assert.match(second!.ifRange!, /^"[0-9a-f]+"$/);
  });

  it("resumes in a later call what an earlier one left", async () => {
    await serve((request_, response, count) => {
      if (count <= 4) serveRange(content, request_, response, 10_000);
      else serveRange(content, request_, response);
    });
    await assertFails(/connection broke after 40000 bytes/, { onProgress: breakAt(10_000, 20_000, 30_000, 40_000) });
    const held = readFileSync(join(folder, "work", "part")).length;
    assert.equal(held, 40_000);
    await download(request());
    assertComplete();
    assert.equal(server.requests.at(-1)!.range, `bytes=${held}-`);
  });

  it("starts again when the server ignores ranges", async () => {
    await serve((_, response) => response.writeHead(200, { "content-length": content.length }).end(content));
    part(content.slice(0, 1234));
    await download(request());
    assertComplete();
    assert.equal(server.requests.length, 1);
  });

  it("starts again when the file changed between two attempts", async () => {
    const other = content.map((byte) => byte ^ 1);
    await serve((request_, response, count) => {
      if (count === 1) serveRange(other, request_, response, 40_000);
      else serveRange(content, request_, response);
    });
    await download(request({ onProgress: breakAt(40_000) }));
    assertComplete();
    assert.equal(server.requests.length, 2);
  });

  it("starts again when what an earlier attempt left does not belong to the file", async () => {
    for (const left of [new Uint8Array(500), new Uint8Array(content.length), new Uint8Array(content.length + 1)]) {
      await serve((request_, response) => serveRange(content, request_, response));
      part(left);
      await download(request());
      assertComplete();
      await server.stop();
    }
  });

  it("starts again when the server answers with another range, or says there is none", async () => {
    await serve((request_, response, count) => {
      if (count > 2) return serveRange(content, request_, response);
      if (count === 1)
        return void response
          .writeHead(206, { "content-range": `bytes 0-9/${content.length}` })
          .end(content.subarray(0, 10));
      response.writeHead(416).end();
    });
    part(content.slice(0, 1234));
    await download(request());
    assertComplete();
  });

  it("refuses wrong content", async () => {
    await serve((_, response) => response.end(content.map((byte) => byte ^ 1)));
    await assertFails(/not the expected one/);
    assert.equal(server.requests.length, 1);
  });

  it("refuses a wrong length, stated or found", async () => {
    await serve((_, response) => response.end(content.subarray(1)));
    await assertFails(/99999 bytes, expected 100000/);
    await server.stop();
    await serve((_, response) =>
      response.writeHead(200, { "transfer-encoding": "chunked" }).end(Buffer.concat([content, content])),
    );
    await assertFails(/longer than the expected/);
    await server.stop();
    await serve((_, response) =>
      response.writeHead(200, { "transfer-encoding": "chunked" }).end(content.subarray(0, 10)),
    );
    await assertFails(/ended after 10 of 100000/);
  });

  it("tries again after a server's failure, and waits as long as it is told", async () => {
    await serve((request_, response, count) => {
      if (count === 1) response.writeHead(503, { "retry-after": "0" }).end();
      else if (count === 2) response.destroy();
      else serveRange(content, request_, response);
    });
    await download(request());
    assertComplete();
  });

  it("gives up a connection that delivers nothing", async () => {
    await serve((request_, response, count) => {
      if (count > 1) serveRange(content, request_, response);
      else response.writeHead(200, { "content-length": content.length }).write(content.subarray(0, 10));
    });
    await download(request());
    assertComplete();
  });

  it("goes on to the next address where one has not the file, and names all in the error", async () => {
    await serve((request_, response) => {
      if (request_.url === "/good") serveRange(content, request_, response);
      else response.writeHead(404).end("not found");
    });
    await download(request({ urls: [`${address}/bad`, `${address}/good`] }));
    assertComplete();
    rmSync(join(folder, "data"), { recursive: true });
    await assertFails(/\/bad: the server answered 404.*\/worse: the server answered 404/s, {
      urls: [`${address}/bad`, `${address}/worse`],
    });
  });

  it("does not follow a redirect to another place", async () => {
    await serve((_, response) => response.writeHead(302, { location: "https://elsewhere.example/file" }).end());
    await assertFails(/elsewhere\.example/);
  });

  it("says that nobody answers", async () => {
    await serve((_, response) => response.end());
    const gone = address;
    await server.stop();
    await assertFails(/no connection/, { urls: [`${gone}/file`] });
  });

  it("stops when cancelled, keeps what it has, and goes on later", async () => {
    const cancel = new AbortController();
    await serve((request_, response, count) => {
      if (count === 1) serveRange(content, request_, response, 30_000);
      else serveRange(content, request_, response);
    });
    const onProgress = (received: number): void => {
      if (received === 30_000) cancel.abort();
    };
    await assert.rejects(download(request({ signal: cancel.signal, onProgress })), CancelledError);
    assert.equal(readFileSync(join(folder, "work", "part")).length, 30_000);
    await download(request());
    assertComplete();
  });

  it("leaves a file to the process that downloads it already", async () => {
    await serve((request_, response) => serveRange(content, request_, response));
    mkdirSync(join(folder, "work"));
    const lock = await RunLock.acquire(join(folder, "work"));
    await assertFails(/is downloading this file already/);
    await lock.release();
    await download(request());
    assertComplete();
  });

  it("says that the disk is full, and leaves no file under the final name", async function () {
    if (process.platform === "win32") this.skip();
    await serve((request_, response) => serveRange(content, request_, response));
    // The limit on file sizes of a process stands in for a full disk: the write fails in the same place.
    const script = fileURLToPath(new URL("downloadProcess.ts", import.meta.url));
    const given = JSON.stringify(request());
    const result = await runLimited(script, given);
    assert.match(result, /FileError: The file cannot be written: the file would grow over the size limit/);
    assert.ok(!existsSync(join(folder, "data", "file.json")));
    assert.deepEqual(
      readdirSync(join(folder, "work")).filter((name) => name.startsWith("lock")),
      [],
    );
    await download(request());
    assertComplete();
  });
});

/** Runs the download in a process that may write 20 KB at most into one file (`ulimit -f` counts 512 or 1024 bytes). */
async function runLimited(script: string, given: string): Promise<string> {
  const shell = 'ulimit -f 20; exec "$0" --import tsx "$1" "$2"';
  const child = spawn("sh", ["-c", shell, process.execPath, script, given], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  return output;
}
