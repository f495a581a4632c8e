import { Case } from "../../case";
import { SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../../tags";

/** How preserved copies are locked. */
export interface LockTerms {
  readonly region: string;

  /** As the vault's: GOVERNANCE can be released, COMPLIANCE cannot. */
  readonly mode: "GOVERNANCE" | "COMPLIANCE";

  /** Days a copy is locked, 1 to 36500; as the vault's. */
  readonly days: number;
}

/** What the runbook that locks preserved copies is made from. */
export interface LockRunbookArgs extends LockTerms {
  /** ARN of the evidence key: what is not under it is no preserved copy. */
  readonly evidenceKeyArn: string;

  /** ARN of the role the runbook works as; whoever starts it cannot choose another. */
  readonly roleArn: string;
}

/** The runbook's one parameter: the snapshot's ARN, as EBS's events have it. */
export const SNAPSHOT_PARAMETER = "SnapshotArn";

/**
 * Event pattern of a copy of a snapshot that is complete: any copy, as the event carries neither tags
 * nor key.
 *
 * Source: EBS user guide, "Amazon EventBridge events for Amazon EBS".
 */
export const COPY_COMPLETE = {
  source: ["aws.ec2"],
  "detail-type": ["EBS Snapshot Notification"],
  detail: { event: ["copySnapshot"], result: ["succeeded"] },
} as const;

/** How the event becomes the runbook's parameter; every parameter of Automation is a list. */
export const COPY_TO_PARAMETER = {
  inputPaths: { snapshot: "$.detail.snapshot_id" },
  inputTemplate: `{"${SNAPSHOT_PARAMETER}":[<snapshot>]}`,
} as const;

/**
 * The command by which an administrator locks a copy without the runbook, but for the snapshot's id, which
 * goes to its end.
 */
export function lockCommand({ region, mode, days }: LockTerms): string {
  return `aws ec2 lock-snapshot --region ${region} --lock-mode ${mode.toLowerCase()} --lock-duration ${days} --snapshot-id`;
}

/**
 * The states of a lock in which nobody can delete the snapshot, in EC2's words. One that is new to this
 * program is none of them.
 */
export const HOLDING: readonly string[] = ["governance", "compliance", "compliance-cooloff"];

/**
 * Says whether a snapshot is to be locked: it is a preserved copy, and no lock holds it. A second
 * lock in GOVERNANCE mode would shorten what a custodian extended, and in COMPLIANCE mode fail.
 * The event names its snapshot by an ARN that the documentation shows in two forms, with the Region
 * and the account's place exchanged; the id is what follows the slash in both.
 */
const FIND_SCRIPT = `import boto3


def find(event, _):
    ec2 = boto3.client("ec2")
    snapshot = event["arn"].rsplit("/", 1)[-1]
    found = ec2.describe_snapshots(
        OwnerIds=["self"], Filters=[{"Name": "snapshot-id", "Values": [snapshot]}]
    )["Snapshots"]
    to_lock = any(is_preserved_copy(one, event["key"]) for one in found)
    if to_lock and snapshot in locked(ec2):
        to_lock = False
    return {"snapshot": snapshot, "toLock": "yes" if to_lock else "no"}


def is_preserved_copy(snapshot, key):
    tags = {tag["Key"]: tag["Value"] for tag in snapshot.get("Tags", [])}
    return (
        snapshot.get("KmsKeyId") == key
        and tags.get("${TICKET_TAG}", "").startswith("${new Case("").tag}")
        and "${SOURCE_SNAPSHOT_TAG}" in tags
    )


def locked(ec2):
    """All that are: what AWS answers when asked for one that is not is undocumented."""
    ids, page = set(), {}
    # A boto3 from before November 2023 knows no locks. A copy that is complete has none yet: better to
    # lock one anew, which an execution by hand may find locked, than to lock none at all.
    if not hasattr(ec2, "describe_locked_snapshots"):
        return ids
    while True:
        answer = ec2.describe_locked_snapshots(**page)
        ids.update(
            one["SnapshotId"]
            for one in answer["Snapshots"]
            if one["LockState"] in ${JSON.stringify(HOLDING)}
        )
        if not answer.get("NextToken"):
            return ids
        page = {"NextToken": answer["NextToken"]}
`;

/** Fails the execution with what to do, whatever kept the others from it: their steps have AWS's words. */
const SAY_HOW_SCRIPT = `def say_how(event, _):
    snapshot = event["arn"].rsplit("/", 1)[-1]
    raise Exception(
        f"{snapshot} was not locked. If it is a preserved copy, an administrator locks it: "
        f"{event['command']} {snapshot}"
    )
`;

/** Where a step goes on that failed. */
const ON_FAILURE = { onFailure: "step:sayHow" };

/**
 * The Automation runbook, for `JSON.stringify`: locks the snapshot it is told of if that is a
 * preserved copy, and ends without a word if it is anything else. Where it cannot, it fails with the
 * command for an administrator.
 *
 * Sources: Systems Manager user guide, "aws:executeScript", "aws:branch" (without a default it goes on
 * with the next step), "aws:sleep", "aws:executeAwsApi", "Properties shared by all actions" (onFailure);
 * EC2 API reference, LockSnapshot (without a cooling-off period COMPLIANCE holds at once).
 */
export function lockRunbook(args: LockRunbookArgs) {
  return {
    schemaVersion: "0.3",
    description: "Clean room: locks a preserved copy",
    assumeRole: args.roleArn,
    parameters: {
      [SNAPSHOT_PARAMETER]: {
        type: "String",
        description: "ARN of the snapshot",
        allowedPattern: "^arn:[a-z-]+:ec2:[a-z0-9-]*:[a-z0-9-]*:snapshot/snap-[0-9a-f]+$",
      },
    },
    mainSteps: [
      {
        name: "find",
        action: "aws:executeScript",
        ...ON_FAILURE,
        inputs: {
          Runtime: "python3.11",
          Handler: "find",
          InputPayload: { arn: `{{ ${SNAPSHOT_PARAMETER} }}`, key: args.evidenceKeyArn },
          Script: FIND_SCRIPT,
        },
        outputs: [
          { Name: "snapshot", Selector: "$.Payload.snapshot", Type: "String" },
          { Name: "toLock", Selector: "$.Payload.toLock", Type: "String" },
        ],
      },
      {
        name: "onlyPreservedCopies",
        action: "aws:branch",
        inputs: {
          Choices: [{ NextStep: "lock", Variable: "{{ find.toLock }}", StringEquals: "yes" }],
          Default: "leaveAlone",
        },
      },
      {
        // Automation knows no step that does nothing.
        name: "leaveAlone",
        action: "aws:sleep",
        inputs: { Duration: "PT1S" },
        isEnd: true,
      },
      {
        name: "lock",
        action: "aws:executeAwsApi",
        ...ON_FAILURE,
        inputs: {
          Service: "ec2",
          Api: "LockSnapshot",
          SnapshotId: "{{ find.snapshot }}",
          LockMode: args.mode.toLowerCase(),
          LockDuration: args.days,
        },
        isEnd: true,
      },
      {
        name: "sayHow",
        action: "aws:executeScript",
        inputs: {
          Runtime: "python3.11",
          Handler: "say_how",
          InputPayload: { arn: `{{ ${SNAPSHOT_PARAMETER} }}`, command: lockCommand(args) },
          Script: SAY_HOW_SCRIPT,
        },
        isEnd: true,
      },
    ],
  };
}
