import { ofResource } from "../policyForms";
import { documentsOf } from "../placedDocuments";
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
      "Checks that every incident-response tag of a room's stack, wherever a resource has one, is of the ticket that the stack is named after, that objects have it as metadata, and that no object and no document is of another case in the vault.",
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
  const others = [
    ...documentsOf(subject).flatMap(({ path, statements = [] }) =>
      statements
        .filter(({ allows }) => allows)
        .flatMap(({ name, resources }) =>
          resources.map((value) => [`${path}, statement ${name}: Resource`, value] as const),
        ),
    ),
    ...(OBJECTS.includes(subject.type) ? [["key", subject.at("key")] as const] : []),
  ].flatMap(([where, value]) =>
    isOfAnotherCase(value, subject.stack)
      ? [
          `${where} is ${shown(value)}; required: what is below ${subject.stack.toUpperCase()}, the ticket of this stack.\nWrite the ticket in place of what stands there: each case's evidence is its own.`,
        ]
      : [],
  );
  const metadata = subject.at("metadata");
  const told = isFields(metadata) ? METADATA.flatMap((key) => metadata[key] ?? []) : [];
  const isUntold =
    OBJECTS.includes(subject.type) &&
    metadata !== UNKNOWN &&
    !told.some((value) => value === UNKNOWN || ticketOf(value) === subject.stack);
  return [
    ...wrong,
    ...others,
    ...(isUntold
      ? [
          `metadata.ticket is ${shown(told[0])}; required: the ticket of this stack, ${subject.stack}.\nTags of objects can be changed, metadata cannot: set it.`,
        ]
      : []),
  ];
}

/** Where the vault keeps a case: `cases/<ticket>/…` and `records/<ticket>/…`. */
const OF_CASE = /(?:^|:::[^/]+\/)(?:cases|records)\/([^/]*)/;

function isOfAnotherCase(value: unknown, stack: string): boolean {
  const ticket = typeof value === "string" ? OF_CASE.exec(value)?.[1] : undefined;
  return ticket !== undefined && !ticket.includes("${") && ticket.toLowerCase() !== stack;
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
