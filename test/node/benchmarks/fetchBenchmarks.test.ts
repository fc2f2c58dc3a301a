import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchmarkDefinition } from "../../../src/core/benchmarks/benchmark.ts";
import { benchmarkById } from "../../../src/core/benchmarks/registry.ts";
import { CancelledError, ConfigurationError, FileError } from "../../../src/core/errors.ts";
import { DataStore } from "../../../src/node/benchmarks/dataStore.ts";
import { fetchBenchmarks, planFetch, type FetchPlan } from "../../../src/node/benchmarks/fetchBenchmarks.ts";
import { fixtureBytes } from "../../core/benchmarks/fixtures.ts";
import { FileServer, serveRange, sha256 } from "./fileServer.ts";

const served = ["truthfulqa/v1/mc_task.json", "truthfulqa/v1/TruthfulQA.csv"];

describe("Fetching benchmarks", () => {
  let folder: string;
  let server: FileServer;
  let catalogue: BenchmarkDefinition[];
  let store: DataStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "medley-fetch-"));
    server = new FileServer((request, response) => serveRange(fixtureBytes(request.url!.slice(1)), request, response));
    const address = await server.start();
    catalogue = ["truthfulqa-mc1", "truthfulqa-mc1-health"].map((id) => {
      const definition = benchmarkById(id);
      const files = definition.files.map((file, index) => {
        const content = fixtureBytes(served[index]!);
        const known = { sha256: sha256(content), bytes: content.length, urls: [`${address}/${served[index]}`] };
        return { ...file, known: [known] };
      });
      return { ...definition, files };
    });
    store = new DataStore({ folders: [], dataFolder: folder }, catalogue);
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const options = (consent: (plan: FetchPlan) => boolean) => ({
    dataFolder: folder,
    consent: (plan: FetchPlan) => Promise.resolve(consent(plan)),
    retry: { attempts: 1, delay: 1, stall: 2000 },
  });

  it("shows licence, size and host first, and asks nothing of the network without consent", async () => {
    let shown: FetchPlan | undefined;
    const refuse = (plan: FetchPlan): boolean => {
      shown = plan;
      return false;
    };
    await assert.rejects(fetchBenchmarks(catalogue, store, options(refuse)), CancelledError);
    assert.equal(server.requests.length, 0);
    assert.equal(shown!.downloads.length, 2, "a file that two benchmarks need is planned once");
    assert.deepEqual(shown!.downloads[0]!.benchmarks, ["truthfulqa-mc1", "truthfulqa-mc1-health"]);
    assert.equal(shown!.downloads[0]!.licence.name, "Apache-2.0");
    assert.match(shown!.downloads[0]!.hosts[0]!, /^127\.0\.0\.1:/);
    assert.equal(
      shown!.totalBytes,
      served.reduce((sum, name) => sum + fixtureBytes(name).length, 0),
    );
  });

  it("downloads what is missing, and nothing twice", async () => {
    const progress: string[] = [];
    const onProgress = (file: { destination: string }) => progress.push(file.destination);
    await fetchBenchmarks(catalogue, store, { ...options(() => true), onProgress });
    assert.equal((await store.load(catalogue[1]!)).items.length, 4);
    assert.ok(progress.includes(join(folder, "truthfulqa", "mc_task.json")));
    const again = await fetchBenchmarks(
      catalogue,
      store,
      options(() => assert.fail("nothing to ask")),
    );
    assert.deepEqual(again.downloads, []);
    assert.equal(server.requests.length, 2);
  });

  it("replaces a damaged file in the data folder, but no file of the user's own folders", async () => {
    mkdirSync(join(folder, "truthfulqa"));
    writeFileSync(join(folder, "truthfulqa", "mc_task.json"), "[{");
    const plan = await planFetch([catalogue[0]!], store, folder);
    assert.deepEqual(
      plan.downloads.map(({ replaces }) => replaces),
      [true, false],
    );
    const own = new DataStore({ folders: [folder], dataFolder: join(folder, "elsewhere") }, catalogue);
    assert.equal((await planFetch([catalogue[0]!], own, join(folder, "elsewhere"))).downloads.length, 1);
    await fetchBenchmarks(
      [catalogue[0]!],
      store,
      options(() => true),
    );
    assert.equal((await store.load(catalogue[0]!)).items.length, 6);
  });

  it("keeps what is complete when a later file fails", async () => {
    const broken = {
      ...catalogue[0]!,
      files: catalogue[0]!.files.map((file, index) =>
        index === 0 ? file : { ...file, known: [{ ...file.known[0]!, bytes: 1 }] },
      ),
    };
    const one = new DataStore({ folders: [], dataFolder: folder }, [broken]);
    await assert.rejects(
      fetchBenchmarks(
        [broken],
        one,
        options(() => true),
      ),
      FileError,
    );
    assert.ok(existsSync(join(folder, "truthfulqa", "mc_task.json")));
    assert.ok(!existsSync(join(folder, "truthfulqa", "TruthfulQA.csv")));
  });

  it("asks a mirror in place of the publishers, and names it before", async () => {
    const definition = benchmarkById("mmlu-medical_genetics");
    const published = new DataStore({ folders: [], dataFolder: folder });
    const publisher = "/mirror/raw.githubusercontent.com/HaeChan0305/MLILAB-FedLLM/";
    const mirror = new FileServer((request, response) => {
      assert.ok(request.url!.startsWith(publisher), request.url);
      serveRange(fixtureBytes(`mmlu/whole/${request.url!.split("/").at(-1)}`), request, response);
    });
    const address = await mirror.start();
    let hosts: readonly string[] = [];
    const consent = ({ downloads }: FetchPlan): boolean => {
      hosts = downloads.flatMap((download) => download.hosts);
      return true;
    };
    try {
      await fetchBenchmarks([definition], published, { ...options(consent), mirror: `${address}/mirror/` });
    } finally {
      await mirror.stop();
    }
    assert.deepEqual([...new Set(hosts)], [new URL(address).host]);
    assert.equal((await published.load(definition)).items.length, 100);
    for (const wrong of ["mirror.example.org", "ftp://mirror", "https://"]) {
      const asked = fetchBenchmarks([benchmarkById("medqa-4")], published, { ...options(consent), mirror: wrong });
      await assert.rejects(asked, ConfigurationError, wrong);
    }
  });

  it("says which file has no public address before it asks", async () => {
    const closed = { ...catalogue[0]!, files: [{ ...catalogue[0]!.files[0]!, known: [] }] };
    const one = new DataStore({ folders: [], dataFolder: folder }, [closed]);
    await assert.rejects(
      fetchBenchmarks(
        [closed],
        one,
        options(() => assert.fail("asked")),
      ),
      /has no public address/,
    );
  });
});
