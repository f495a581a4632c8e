import { bucketArn, iamArn } from "../aws/arn";
import { partitionOf } from "../aws/partition";
import { Case } from "../case";
import { CASE_ROLE_PATH } from "../names";
import { sha256 } from "../sha256";
import {
  ACQUIRED_OBJECTS,
  ACQUIRED_OF_WINDOWS,
  ACQUISITION_DOCUMENT,
  ACQUISITION_SECONDS,
  acquisitionContent,
  type AcquisitionPins,
  LARGEST_PART,
  LARGEST_PART_OF_WINDOWS,
  MOST_PARTS,
  WINDOWS_GAP,
} from "./acquisitionDocument";
import { ACQUISITION_RUNBOOK_PARAMETERS } from "./acquisitionNames";
import { JUDGE, KEEP, SEND } from "./acquisitionScripts";

/** Where the programs are that are carried to a machine: a bucket in the vault's Region. */
export interface CarriedFrom {
  readonly bucket: string;

  /** Keys of the objects. */
  readonly avml: string;
  readonly busybox: string;

  /** WinPmem's; without it a Windows among many is refused. */
  readonly winpmem?: string | undefined;
}

/** What the runbook is made from. */
export interface AcquisitionRunbookArgs {
  /** ARN of the role that it works as. */
  readonly roleArn: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;
  readonly pins: AcquisitionPins;
  readonly tools: CarriedFrom;
}

/** Where a vault's host says that its bucket is. */
export function vaultOf(host: string): { readonly bucket: string; readonly region: string } {
  const [bucket = "", rest = ""] = host.split(".s3.");
  return { bucket, region: rest.split(".")[0] ?? "" };
}

/** ARN of the role that uploads for the account and a ticket, which stands as `TICKET`. */
export function intakeRoleArn(
  {
    accountId,
    auditAccountId,
    pins,
  }: Pick<AcquisitionRunbookArgs, "accountId" | "auditAccountId" | "pins">,
  ticket: string,
): string {
  const { region } = vaultOf(pins.vault);
  return iamArn(
    { region, accountId: auditAccountId },
    `role${CASE_ROLE_PATH}${new Case(ticket).uploadRole(accountId)}`,
  );
}

const script = (name: string, Script: string, Handler: string, InputPayload: object) => ({
  name,
  action: "aws:executeScript",
  inputs: { Runtime: "python3.11", Handler, InputPayload, Script },
});

/**
 * The Automation runbook, for `JSON.stringify`, that has one machine of the account acquired: it signs in AWS and when the
 * machine's turn has come, sends the account's document, waits, and puts `command.json`, whatever became of who asked.
 *
 * Sources: Systems Manager user guide, "aws:executeScript" (ten minutes at most), "aws:waitForAwsResourceProperty".
 */
export function acquisitionRunbook(args: AcquisitionRunbookArgs) {
  const { roleArn, accountId, pins, tools } = args;
  const { bucket, region } = vaultOf(pins.vault);
  const known = {
    instance: "{{ Instance }}",
    ticket: "{{ Ticket }}",
    document: ACQUISITION_DOCUMENT,
    documentSha256: sha256(acquisitionContent(pins)),
    vault: pins.vault,
    vaultArn: bucketArn(region, bucket),
    bucket,
    region,
    // In parts: the one role of another account that the runbook may be, and its own policy says so.
    intake: {
      partition: partitionOf(region).name,
      account: args.auditAccountId,
      path: CASE_ROLE_PATH,
      name: new Case("TICKET").uploadRole(accountId),
    },
    uploads: new Case("TICKET").uploads(accountId),
    tools,
    seconds: ACQUISITION_SECONDS,
  };
  const strings = (...names: readonly string[]) =>
    names.map((name) => ({ Name: name, Selector: `$.Payload.${name}`, Type: "String" }));
  const sent = ["command", "prefix", "documentVersion", "memoryMiB", "partMiB", "parts", "askedAt"];
  return {
    schemaVersion: "0.3",
    description: "Clean room: has a running machine acquired into the vault",
    assumeRole: roleArn,
    parameters: ACQUISITION_RUNBOOK_PARAMETERS,
    mainSteps: [
      {
        ...script("send", SEND, "send", {
          ...known,
          notification: "{{ Notification }}",
          acquire: "{{ Acquire }}",
          mostParts: MOST_PARTS,
          platforms: {
            Linux: {
              objects: [...ACQUIRED_OBJECTS],
              programs: ["avml", "busybox"],
              ...{ largestPart: LARGEST_PART, gap: 0 },
            },
            ...(pins.winpmem === undefined || tools.winpmem === undefined
              ? {}
              : {
                  Windows: {
                    objects: ACQUIRED_OF_WINDOWS,
                    programs: ["winpmem"],
                    ...{ largestPart: LARGEST_PART_OF_WINDOWS, gap: WINDOWS_GAP },
                  },
                }),
          },
        }),
        outputs: strings(...sent),
      },
      {
        name: "wait",
        action: "aws:waitForAwsResourceProperty",
        // The machine has an hour; delivery and telling take minutes.
        timeoutSeconds: ACQUISITION_SECONDS + 600,
        // What has not ended by then is kept as that.
        onFailure: "Continue",
        isCritical: false,
        inputs: {
          Service: "ssm",
          Api: "GetCommandInvocation",
          CommandId: "{{ send.command }}",
          InstanceId: "{{ Instance }}",
          PropertySelector: "$.Status",
          DesiredValues: ["Success", "Cancelled", "TimedOut", "Failed"],
        },
      },
      {
        ...script("keep", KEEP, "keep", {
          ...known,
          ...Object.fromEntries(sent.map((name) => [name, `{{ send.${name} }}`])),
          acquired: "{{ Acquire }}",
          accountId,
          avml: pins.avml,
          busybox: pins.busybox,
          // No machine is brought all: what the account's document lets, the record says.
          winpmem: pins.winpmem ?? "",
          told: [
            "ticket",
            "accountId",
            "instance",
            "document",
            "acquired",
            "avml",
            "busybox",
            "winpmem",
            ...sent,
          ],
        }),
        outputs: strings(
          ...["status", "complete", "begun", "ended", "memoryParts", "memoryBytes", "memory"],
          ...[
            "state",
            "manifest",
            "commandFile",
            "lastSaid",
            "avml",
            "busybox",
            "winpmem",
            "documentSha256",
          ],
        ),
      },
      {
        name: "whetherComplete",
        action: "aws:branch",
        inputs: {
          Choices: [{ NextStep: "done", Variable: "{{ keep.complete }}", StringEquals: "yes" }],
          Default: "judge",
        },
      },
      {
        ...script("judge", JUDGE, "judge", {
          status: "{{ keep.status }}",
          said: "{{ keep.lastSaid }}",
        }),
        isEnd: true,
      },
      // Automation knows no step that does nothing.
      { name: "done", action: "aws:sleep", inputs: { Duration: "PT1S" }, isEnd: true },
    ],
  };
}
