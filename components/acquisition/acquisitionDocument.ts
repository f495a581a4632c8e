import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ACCOUNT_ID, INSTANCE_ID } from "../aws/ids";
import { Case, TICKET, VAULT_FOLDERS } from "../case";
import { sha256 } from "../sha256";

/** Name of the document that acquires a running machine; an account has one of it in a Region. */
export const ACQUISITION_DOCUMENT = "clean-room-acquire";

/** What can be acquired; the first one is all of it. */
export const ACQUIRED = ["all", "memory", "state"] as const;

/** One of them. */
export type Acquired = (typeof ACQUIRED)[number];

/** The objects that an acquisition puts beside the parts of the memory, in the order that their signatures are given in. */
export const ACQUIRED_OBJECTS = [
  "begun.txt",
  "state.tar.gz",
  "transcript.txt",
  "manifest.json",
] as const;

/** The same of a Windows, which has no tar. */
export const ACQUIRED_OF_WINDOWS = ACQUIRED_OBJECTS.map((name) =>
  name.replace("state.tar.gz", "state.zip"),
);

/** What is acquired: each has programs of its own, and a step of the document. */
export type SuspectPlatform = "Linux" | "Windows";

/** The most parts that a memory is put in: their signatures are parameters, of which Systems Manager takes so much. */
export const MOST_PARTS = 250;

/** MiB of the largest part, which S3 takes at once up to 5 GB. */
export const LARGEST_PART = 4500;

/** The same of a Windows, where .NET holds a part in one array, which is shorter than 2 GiB. */
export const LARGEST_PART_OF_WINDOWS = 1024;

/** MiB that a Windows has more: WinPmem writes zeros for the gap below 4 GiB that devices have. */
export const WINDOWS_GAP = 2048;

/** Seconds after which the command is ended: its signatures end then as well. */
export const ACQUISITION_SECONDS = 3600;

const SHA256 = "[0-9a-f]{64}";

/** The query of a presigned URL: no character in it means anything to a shell within quotes. */
const QUERY = "X-Amz-[A-Za-z0-9%=&_.~-]{1,4096}";
const TOOL_URL = `https://[a-z0-9.-]{1,253}/[A-Za-z0-9_.~/%-]{1,1024}[?]${QUERY}`;

/** In place of the URL of a program that a machine is not brought, as it is another platform's. */
const NOT_BROUGHT = "none";

/** The key's beginning that an acquisition of an instance puts its objects below, below what its account uploads. */
const PREFIX = `${VAULT_FOLDERS.uploads}/${ACCOUNT_ID}/${TICKET}/live/${INSTANCE_ID}/\\d{8}T\\d{6}Z/`;

const text = (description: string, allowedPattern: string) => ({
  type: "String",
  description,
  allowedPattern,
});

/**
 * What an account lets be done to its machines. Whoever sends the document would else be root there: by a program of their
 * own, with a memory that goes where they like.
 */
export interface AcquisitionPins {
  /** The vault's host. */
  readonly vault: string;

  /** SHA-256 of the programs that run there. */
  readonly avml: string;
  readonly busybox: string;

  /** WinPmem's, where machines with Windows are acquired as well. */
  readonly winpmem?: string | undefined;
}

const only = (description: string, value: string) => ({
  type: "String",
  description,
  allowedValues: [value],
  default: value,
});

/**
 * What the document is told: Systems Manager refuses whatever has another form before anything is sent to a machine. What
 * has these forms is read by no shell.
 */
export const acquisitionParameters = ({ vault, avml, busybox, winpmem }: AcquisitionPins) => ({
  Vault: only("The vault's address", `https://${vault}`),
  Prefix: text("Where the vault takes what is acquired", `^${PREFIX}$`),
  Access: text(
    "What the presigned URLs have in common: their query without the signature",
    `^${QUERY}$`,
  ),
  Signatures: text(
    `Of one object each: ${ACQUIRED_OBJECTS.join(", ")}, then the parts of the memory`,
    `^${SHA256}( ${SHA256}){${ACQUIRED_OBJECTS.length - 1},${ACQUIRED_OBJECTS.length - 1 + MOST_PARTS}}$`,
  ),
  PartMiB: text(
    "Size of a part of the memory, which waits in memory for the vault",
    "^[1-9][0-9]{0,3}$",
  ),
  Acquire: {
    type: "String",
    description: "The memory, the volatile state, or both",
    allowedValues: [...ACQUIRED],
    default: ACQUIRED[0],
  },
  AvmlUrl: toolUrl("AVML in the tools bucket, presigned", winpmem),
  AvmlSha256: only("Its SHA-256", avml),
  BusyboxUrl: toolUrl("A static busybox in the tools bucket, presigned", winpmem),
  BusyboxSha256: only("Its SHA-256", busybox),
  ...(winpmem === undefined
    ? {}
    : {
        WinpmemUrl: toolUrl("WinPmem in the tools bucket, presigned", winpmem),
        WinpmemSha256: only("Its SHA-256", winpmem),
      }),
});

/** With more platforms than one, a machine is brought its own programs alone. */
function toolUrl(description: string, winpmem: string | undefined) {
  return winpmem === undefined
    ? text(description, `^${TOOL_URL}$`)
    : { ...text(description, `^(${NOT_BROUGHT}|${TOOL_URL})$`), default: NOT_BROUGHT };
}

/**
 * The Command document, for `JSON.stringify`, that acquires a running machine of the account: a Linux, and a Windows where
 * the account names WinPmem.
 *
 * Sources: Systems Manager user guide, "Data elements and parameters" (schema version 2.2), "Command document plugin
 * reference"; AVML's README.
 */
export function acquisitionDocument(pins: AcquisitionPins) {
  return {
    schemaVersion: "2.2",
    description: `Clean room: acquires a running Linux${pins.winpmem === undefined ? "" : " or Windows"} into the vault`,
    parameters: acquisitionParameters(pins),
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: "acquire",
        precondition: { StringEquals: ["platformType", "Linux"] },
        inputs: { timeoutSeconds: `${ACQUISITION_SECONDS}`, runCommand: scriptIn("acquire.sh") },
      },
      ...(pins.winpmem === undefined
        ? []
        : [
            {
              action: "aws:runPowerShellScript",
              name: "acquireWindows",
              precondition: { StringEquals: ["platformType", "Windows"] },
              inputs: {
                timeoutSeconds: `${ACQUISITION_SECONDS}`,
                runCommand: scriptIn("acquire.ps1"),
              },
            },
          ]),
    ],
  };
}

/** The document's text, as AWS is given it: its SHA-256 says which one an account has. */
export function acquisitionContent(pins: AcquisitionPins): string {
  return JSON.stringify(acquisitionDocument(pins));
}

/** The programs that a document lets run, by their SHA-256. */
export type PinnedTools = Omit<AcquisitionPins, "vault">;

/** What a document that AWS has says that it is; undefined where it is none that acquires. */
export function documentIn(
  content: string,
): { readonly sha256: string; readonly tools: PinnedTools } | undefined {
  try {
    const document = JSON.parse(content) as {
      readonly parameters: Readonly<Record<string, { readonly default?: string }>>;
    };
    const pinned = (name: string) => document.parameters[`${name}Sha256`]?.default;
    const [avml, busybox, winpmem] = ["Avml", "Busybox", "Winpmem"].map(pinned);
    return avml === undefined || busybox === undefined
      ? undefined
      : {
          // However AWS writes it: as this program does.
          sha256: sha256(JSON.stringify(document)),
          tools: { avml, busybox, ...(winpmem === undefined ? {} : { winpmem }) },
        };
  } catch {
    return undefined;
  }
}

/** How a memory is divided: into parts of at least 16 MiB. `undefined` where it is larger than S3 and one hour take. */
export function partsOf(
  memoryMiB: number,
): { readonly partMiB: number; readonly parts: number } | undefined {
  // AVML writes a header for each range; what the machine has beyond its type's memory is little.
  const most = Math.ceil(memoryMiB * 1.02) + 64;
  const partMiB = Math.max(16, Math.ceil(most / MOST_PARTS));
  return partMiB > LARGEST_PART ? undefined : { partMiB, parts: Math.ceil(most / partMiB) };
}

/** The same for a Windows. */
export function partsOfWindows(memoryMiB: number): ReturnType<typeof partsOf> {
  const divided = partsOf(memoryMiB + WINDOWS_GAP);
  return divided === undefined || divided.partMiB > LARGEST_PART_OF_WINDOWS ? undefined : divided;
}

/** Where the vault takes an acquisition: a new one has another second. */
export function acquisitionPrefix(
  ticket: string,
  { accountId, instanceId }: { readonly accountId: string; readonly instanceId: string },
  at: Date,
): string {
  const second = at.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${new Case(ticket).uploads(accountId)}live/${instanceId}/${second}/`;
}

/** What a part of the memory is called below that. @param number From 1. */
export function partName(number: number): string {
  return `memory/${`${number}`.padStart(5, "0")}`;
}

/** A script that the document runs, by lines. */
function scriptIn(file: string): string[] {
  return readFileSync(join(__dirname, file), "utf8").trimEnd().split("\n");
}
