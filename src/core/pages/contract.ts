import { z } from "zod";

/**
 * What a kind of page and the extension host say to each other: the one place where both ends find what they may send,
 * and by which they validate what they receive. A page has no other way to anything: it reads no file and asks no
 * network.
 */
export interface PageContract {
  /** What the page asks for or has done: its parameters, and what it is answered with when all goes well. */
  readonly requests: Readonly<Record<string, { readonly params: z.ZodObject; readonly value: z.ZodType }>>;
  /** What the host says unasked. */
  readonly notifications: Readonly<Record<string, z.ZodObject>>;
}

/** What every page may ask: the texts in the language of the editor, which {@link setTexts} takes. */
export const pageTexts = {
  texts: { params: z.object({}), value: z.record(z.string(), z.string()) },
} as const;

export type RequestName<Contract extends PageContract> = keyof Contract["requests"] & string;
export type RequestParams<Contract extends PageContract, Name extends RequestName<Contract>> = z.infer<
  Contract["requests"][Name]["params"]
>;
export type RequestValue<Contract extends PageContract, Name extends RequestName<Contract>> = z.infer<
  Contract["requests"][Name]["value"]
>;
export type PageNotification<Contract extends PageContract> = {
  [Name in keyof Contract["notifications"] & string]: { readonly type: Name } & z.infer<
    Contract["notifications"][Name]
  >;
}[keyof Contract["notifications"] & string];

/** Of a request, chosen by the page; the answer has the same. */
export const requestIdSchema = z.int().nonnegative();

/** The answer to the request with the same id. */
export const pageAnswerSchema = z.discriminatedUnion("ok", [
  z.object({ type: z.literal("answer"), id: requestIdSchema, ok: z.literal(true), value: z.unknown() }),
  z.object({
    type: z.literal("answer"),
    id: requestIdSchema,
    ok: z.literal(false),
    error: z.object({ message: z.string(), hint: z.string().optional(), code: z.string() }),
  }),
]);
export type PageAnswer = z.infer<typeof pageAnswerSchema>;

/** A request as it is sent: its parameters beside its name and id, and nothing else. */
export function requestSchema({ requests }: PageContract) {
  return oneOf(
    Object.entries(requests).map(([name, { params }]) =>
      z.strictObject({ type: z.literal(name), id: requestIdSchema, ...params.shape }),
    ),
  );
}

/** Everything that the host sends but answers. */
export function notificationSchema({ notifications }: PageContract) {
  return oneOf(
    Object.entries(notifications).map(([name, content]) => z.object({ type: z.literal(name), ...content.shape })),
  );
}

type Message = z.ZodObject<{ type: z.ZodLiteral<string> }>;

function oneOf<Of extends Message>(messages: readonly Of[]) {
  return z.discriminatedUnion("type", messages as [Of, ...Of[]]);
}
