import { z } from "zod";
import type { Notice } from "../evaluation/summary/notice.ts";

/** What tells a model from every other one, and how much that is worth. */
export const modelIdentitySchema = z.discriminatedUnion("kind", [
  z
    .object({ kind: z.literal("sha256"), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
    .describe("Hash of its files, computed here: equal hashes are equal weights"),
  z
    .object({ kind: z.literal("digest"), digest: z.string().min(1) })
    .describe("What a server says that it has under the name: as good as the server's word"),
  z
    .object({ kind: z.literal("name"), name: z.string().min(1) })
    .describe("A mere name: what is behind it may change without a sign"),
]);
export type ModelIdentity = Readonly<z.infer<typeof modelIdentitySchema>>;

/** The identity as a run's identity has it: equal texts, equal models as far as that can be known. */
export function identityText(identity: ModelIdentity): string {
  switch (identity.kind) {
    case "sha256":
      return identity.sha256;
    case "digest":
      return `digest ${identity.digest}`;
    case "name":
      return `name ${identity.name}`;
  }
}

/** Whether {@link identityText} is that of a mere name. */
export function isMereName(text: string | undefined): boolean {
  return text?.startsWith("name ") === true;
}

/** What a run's manifest records of it beside the name. */
export function recordedIdentity(identity: ModelIdentity): { readonly sha256?: string; readonly digest?: string } {
  switch (identity.kind) {
    case "sha256":
      return { sha256: identity.sha256 };
    case "digest":
      return { digest: identity.digest };
    case "name":
      return {};
  }
}

/**
 * What is recorded of an input, for a person: its hash, or what there is instead.
 * @param shorten what a reader who compares by eye gets of a hash
 */
export function describeRecordedIdentity(
  { sha256, digest }: { readonly sha256?: string; readonly digest?: string },
  shorten: (hash: string) => string = (hash) => hash,
): string {
  if (sha256 !== undefined) return `sha256 ${shorten(sha256)}`;
  return digest === undefined ? "known by its name only" : `digest ${shorten(digest)}, as its server says`;
}

/** What a reader of a model's numbers must know where its identity is no hash. */
export function identityNotices(identity: ModelIdentity): Notice[] {
  switch (identity.kind) {
    case "sha256":
      return [];
    case "digest": {
      const message = "Which weights answered is known by the server's word (its digest): no file was hashed here.";
      return [{ kind: "modelDigest", count: 1, message }];
    }
    case "name": {
      const message =
        "The model is known by its name only: other weights may have answered, and nothing would show it.";
      return [{ kind: "modelName", count: 1, message }];
    }
  }
}
