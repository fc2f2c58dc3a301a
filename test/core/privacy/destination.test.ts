import assert from "node:assert/strict";
import { ConfigurationError, PrivacyError } from "../../../src/core/errors.ts";
import {
  decideSending,
  destinationOf,
  isLoopback,
  parseServerAddress,
  requireConsent,
} from "../../../src/core/privacy/destination.ts";

const local = { name: "biomistral:7b" };
const decide = (address: string, consents: string[] = [], model: { name: string; remoteHost?: string } = local) =>
  decideSending(destinationOf(address, model), consents);

describe("Whether a host is this machine", () => {
  it("knows it in every spelling", () => {
    const names = ["localhost", "LocalHost", "localhost.", "127.0.0.1", "127.255.0.9", "127.0.0.1.", "127.1"];
    const numbers = ["2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1"];
    const version6 = ["::1", "[::1]", "0:0:0:0:0:0:0:1", "[::ffff:127.0.0.1]", "::ffff:7f00:1", "[::FFFF:127.9.0.1]"];
    for (const host of [...names, ...numbers, ...version6]) assert.ok(isLoopback(host), host);
  });

  it("takes no other host for it", () => {
    const names = ["", ".", "localhost.evil.com", "evil-localhost", "a.localhost", "127.0.0.1.evil.com", "localhost.."];
    const numbers = [
      "0.0.0.0",
      "0",
      "128.0.0.1",
      "10.0.0.1",
      "192.168.0.1",
      "169.254.169.254",
      "2147483649",
      "127.0.0.256",
    ];
    const version6 = [
      "::",
      "[::]",
      "::127.0.0.1",
      "fe80::1",
      "::ffff:10.0.0.1",
      "::1%eth0",
      "[::1].evil.com",
      "::7f00:1",
    ];
    const tricks = [
      "127.0.0.1@evil.com",
      "evil.com#localhost",
      "localhost/",
      "localhost\\",
      "local host",
      "127.0.0.1:80",
    ];
    for (const host of [...names, ...numbers, ...version6, ...tricks]) assert.ok(!isLoopback(host), host);
  });
});

describe("Where a text may go", () => {
  it("asks nothing for a server on this machine", () => {
    for (const address of [
      "http://127.0.0.1:8080",
      "http://localhost:11434/v1",
      "http://[::1]:1",
      "https://LOCALHOST./",
    ]) {
      assert.deepEqual(decide(address), { kind: "local" }, address);
    }
  });

  it("needs a consent that names host and port for every other", () => {
    assert.deepEqual(decide("https://llm.example/v1"), { kind: "needsConsent", host: "llm.example:443" });
    assert.deepEqual(decide("http://LLM.example.:80"), { kind: "needsConsent", host: "llm.example:80" });
    const given = ["llm.example:443"];
    assert.deepEqual(decide("https://llm.example/v1", given), { kind: "consented", hosts: given });
    for (const other of [
      "http://llm.example",
      "https://llm.example:8443",
      "https://a.llm.example",
      "https://llm.example.org",
    ]) {
      assert.equal(decide(other, given).kind, "needsConsent", other);
    }
    assert.deepEqual(decide("http://0.0.0.0:80"), { kind: "needsConsent", host: "0.0.0.0:80" });
  });

  it("counts a cloud model behind a server on this machine as remote", () => {
    const ollama = "http://127.0.0.1:11434";
    for (const name of ["kimi-k2:cloud", "gpt-oss:120b-cloud", "GPT-OSS:20B-CLOUD "]) {
      assert.deepEqual(decide(ollama, [], { name }), { kind: "needsConsent", host: "ollama.com:443" }, name);
    }
    assert.equal(decide(ollama, [], { name: "cloudy:7b" }).kind, "local");
    assert.equal(decide(ollama, [], { name: "m", remoteHost: " " }).kind, "local");
    for (const remoteHost of ["https://far.example:443", "far.example"]) {
      const model = { name: "m", remoteHost };
      assert.deepEqual(decide(ollama, [], model), { kind: "needsConsent", host: "far.example:443" });
    }
    // Its server passes the text on, wherever it says that that is.
    assert.equal(decide(ollama, [], { name: "m", remoteHost: "http://127.0.0.1:1" }).kind, "needsConsent");
  });

  it("needs a consent for each host that the text passes", () => {
    const model = { name: "kimi-k2:cloud" };
    const server = "http://gpu.example:11434";
    assert.deepEqual(decide(server, [], model), { kind: "needsConsent", host: "gpu.example:11434" });
    assert.deepEqual(decide(server, ["gpu.example:11434"], model), { kind: "needsConsent", host: "ollama.com:443" });
    assert.equal(decide(server, ["gpu.example:11434", "ollama.com:443"], model).kind, "consented");
  });

  it("refuses addresses that hide the host, or are none", () => {
    for (const address of [
      "http://127.0.0.1@evil.com",
      "http://@evil.com",
      "http://a:b@127.0.0.1/",
      "http://127.0.0.1:80@evil.com",
    ]) {
      assert.throws(() => parseServerAddress(address), ConfigurationError, address);
    }
    for (const address of ["", "127.0.0.1:8080", "file:///etc", "ws://127.0.0.1", "http://", "http://[::1%25eth0]"]) {
      assert.throws(() => parseServerAddress(address), /is not the address of a server/, address);
    }
    assert.equal(parseServerAddress("http://2130706433:8080").hostname, "127.0.0.1");
  });

  it("says in one sentence to which host a text would have gone", () => {
    const destination = destinationOf("https://llm.example", local);
    assert.throws(
      () => requireConsent(destination, []),
      (error) => error instanceof PrivacyError && /^[^.]*llm\.example:443[^.]*\.$/.test(error.message),
    );
    requireConsent(destination, ["llm.example:443"]);
  });
});
