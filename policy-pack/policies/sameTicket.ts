import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

const KEY = "incident-response";

/** Objects have it as metadata, under the tag's name or its own. */
const METADATA = [KEY, "ticket"];
const OBJECTS = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"];

/** A room that carries two tickets mixes the evidence of two cases; so does one that carries another's. */
export const sameTicket = ofResource(
  {
    name: "same-ticket",
    displayName: "A room carries its own ticket, and no other",
    description:
      "Checks that every incident-response tag of a room's stack, wherever a resource has one, is of the ticket that the stack is named after, and that objects have it as metadata.",
    severity: "high",
    tags: ["tags"],
    remediationSteps: "Take the ticket from the stack's settings everywhere.",
  },
  (subject) => (subject.kind === "incident" ? mistakesOf(subject) : []),
);

function mistakesOf(subject: Subject): string[] {
  const wrong = ticketsIn(subject.fields, "").flatMap(([path, value]) =>
    value === UNKNOWN || ticketOf(value) === subject.stack
      ? []
      : [
          `${path} is ${shown(value)}; required: quarantine:<ticket> with the ticket of this stack, ${subject.stack}.\nTake it from the stack's settings.`,
        ],
  );
  const metadata = subject.at("metadata");
  const told = isFields(metadata) ? METADATA.flatMap((key) => metadata[key] ?? []) : [];
  const isUntold =
    OBJECTS.includes(subject.type) &&
    metadata !== UNKNOWN &&
    !told.some((value) => value === UNKNOWN || ticketOf(value) === subject.stack);
  return [
    ...wrong,
    ...(isUntold
      ? [
          `metadata.ticket is ${shown(told[0])}; required: the ticket of this stack, ${subject.stack}.\nTags of objects can be changed, metadata cannot: set it.`,
        ]
      : []),
  ];
}

/** An incident's stack is named after its ticket, in lower case. */
function ticketOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.split(":").at(-1)?.toLowerCase() : undefined;
}

/** Every value of the tag, with its path: maps of tags, and lists of keys and values. */
function ticketsIn(value: unknown, path: string): (readonly [string, unknown])[] {
  const below = (key: string | number) => (path === "" ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => ticketsIn(item, below(index)));
  }
  if (!isFields(value)) {
    return [];
  }
  const name = value["key"] ?? value["tagKey"];
  const listed: (readonly [string, unknown])[] =
    isTheKey(name) && "value" in value ? [[`${below("value")} of ${KEY}`, value["value"]]] : [];
  return [
    ...listed,
    ...Object.entries(value).flatMap(([key, item]) =>
      isTheKey(key) && !isFields(item) && !Array.isArray(item)
        ? [[below(key), item] as const]
        : ticketsIn(item, below(key)),
    ),
  ];
}

function isTheKey(text: unknown): boolean {
  return typeof text === "string" && text.toLowerCase() === KEY;
}
