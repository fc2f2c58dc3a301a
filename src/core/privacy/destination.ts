import { ConfigurationError, PrivacyError } from "../errors.ts";

/** Where a text would go. */
export interface Destination {
  /** Address of the server, as it is given to what connects to it. */
  readonly url: URL;
  /** Each host that would receive the text and is not this machine, as `host:port`. */
  readonly remoteHosts: readonly string[];
}

export interface ServedModel {
  readonly name: string;
  /** Where the server itself sends the text, as Ollama tells of a cloud model (`remote_host`). */
  readonly remoteHost?: string;
}

export type SendDecision =
  | { readonly kind: "local" }
  | { readonly kind: "consented"; readonly hosts: readonly string[] }
  /** Ask for a consent that names this host; then decide again. */
  | { readonly kind: "needsConsent"; readonly host: string };

const defaultPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
/** Where Ollama sends what it is asked of a cloud model, if it does not say. */
const ollamaCloud = "ollama.com:443";

/**
 * Reads the address of a server. Who connects must use the URL that is returned, since others read `127.1` or
 * `0x7f000001` in their own way.
 * @throws ConfigurationError where it is no `http` or `https` address, or names a user, which hides the host
 */
export function parseServerAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || defaultPorts[url.protocol] === undefined) {
    throw new ConfigurationError(`"${address}" is not the address of a server.`, {
      hint: "Write it like http://127.0.0.1:8080.",
    });
  }
  if (url.username !== "" || url.password !== "" || /^[^?#]*@/.test(address)) {
    throw new ConfigurationError("The address of a server may hold no user name or password.", {
      hint: "Take out what stands before the @.",
    });
  }
  return url;
}

/**
 * Whether a host is this machine and no other: 127.0.0.0/8, `::1`, the same mapped into IPv6, and `localhost`, in every
 * spelling that a URL allows. 0.0.0.0 is not, nor any name that merely begins or ends so.
 * @param host without port; an IPv6 address with or without brackets
 */
export function isLoopback(host: string): boolean {
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  if (bracketed === "" || /[/\\?#@\s%]/.test(bracketed) || /\]./.test(bracketed)) return false;
  const address = `http://${bracketed}/`;
  if (!URL.canParse(address)) return false;
  const name = new URL(address).hostname.replace(/\.$/, "");
  return name === "localhost" || isLoopbackVersion4(name) || isLoopbackVersion6(name);
}

/** Of a hostname as URL writes it: four decimal numbers. */
function isLoopbackVersion4(name: string): boolean {
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** Of a hostname as URL writes it: shortened, in lower case, the mapped IPv4 address as two groups. */
function isLoopbackVersion6(name: string): boolean {
  return name === "[::1]" || /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(name);
}

/** A host with its port, as a consent names it: `llm.example:443`. */
export function hostOf(url: URL): string {
  const port = url.port === "" ? defaultPorts[url.protocol]! : url.port;
  return `${url.hostname.replace(/\.$/, "")}:${port}`;
}

/**
 * Where a text goes that is sent to a model of a server. A model of Ollama's cloud counts as remote, also behind a server
 * on this machine: that one only hands the text on.
 * @throws ConfigurationError as {@link parseServerAddress}
 */
export function destinationOf(address: string, model: ServedModel): Destination {
  const url = parseServerAddress(address);
  const hosts = isLoopback(url.hostname) ? [] : [hostOf(url)];
  return { url, remoteHosts: [...hosts, ...cloudHosts(model)] };
}

function cloudHosts({ name, remoteHost = "" }: ServedModel): string[] {
  const given = remoteHost.trim();
  if (given === "") return /[:-]cloud$/i.test(name.trim()) ? [ollamaCloud] : [];
  const address = /^https?:/i.test(given) ? given : `https://${given}`;
  return [hostOf(parseServerAddress(address))];
}

/**
 * Whether a text may go to a destination.
 * @param consents of this workspace: hosts with their ports, as {@link hostOf} writes them
 */
export function decideSending({ remoteHosts }: Destination, consents: readonly string[]): SendDecision {
  const missing = remoteHosts.find((host) => !consents.includes(host));
  if (missing !== undefined) return { kind: "needsConsent", host: missing };
  return remoteHosts.length === 0 ? { kind: "local" } : { kind: "consented", hosts: remoteHosts };
}

/** @throws PrivacyError where {@link decideSending} finds that a consent is missing */
export function requireConsent(destination: Destination, consents: readonly string[]): void {
  const decision = decideSending(destination, consents);
  if (decision.kind !== "needsConsent") return;
  throw new PrivacyError(
    `The text would leave this machine for ${decision.host}, to which this workspace has not consented.`,
    {
      hint: "Consent to that host for this workspace, or choose a model on this machine.",
    },
  );
}
