import type { PrivacyRule } from "../finding.ts";
import { findPatterns, pattern } from "../patterns.ts";

const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const version4 = [pattern(`(?<![\\p{L}\\d.])${octet}(?:\\.${octet}){3}(?![\\p{L}\\d]|\\.\\d)`)];
const version6 = [pattern("(?<![\\p{L}\\d:.])[\\da-f]{0,4}(?::[\\da-f]{0,4}){2,7}(?![\\p{L}\\d:])", "i")];
const hardware = [pattern("(?<![\\p{L}\\d:-])[\\da-f]{2}([:-])(?:[\\da-f]{2}\\1){4}[\\da-f]{2}(?![\\p{L}\\d:-])", "i")];

/** Addresses of machines: IPv4, IPv6, and of network cards. Times (12:30:45) and ratios (1:2:3) are not. */
export const ips: PrivacyRule = {
  category: "ip",
  *find(text) {
    yield* findPatterns(text, version4);
    yield* findPatterns(text, version6, (found) => {
      const groups = found.split(":").filter((group) => group !== "");
      return found.includes("::") ? groups.length >= 2 : groups.length === 8;
    });
    yield* findPatterns(text, hardware);
  },
};
