import { VAULT_FOLDERS } from "../../case";

/** Name of the Automation runbook that puts an object under a legal hold; one in each Region. */
export const HOLD_RUNBOOK = "clean-room-hold-object";

/** What the runbook that holds objects is made from. */
export interface HoldRunbookArgs {
  /** Name of the vault's bucket: the runbook knows no other. */
  readonly bucket: string;

  /** ARN of the role the runbook works as; whoever starts it cannot choose another. */
  readonly roleArn: string;
}

/**
 * Keys that EventBridge would not pass on as they are, or that Automation would not take as they are, as
 * wildcards of EventBridge. EventBridge escapes nothing of what it puts in: behind a quotation mark a key
 * would go on as further parameters, behind a backslash as another character. What stands in two braces
 * Automation takes for a variable. Who names files chooses keys.
 *
 * Sources: EventBridge user guide, "Common issues with transforming input" and "Wildcard matching";
 * Systems Manager user guide, "Referencing Parameter Store parameters", "Automation system variables".
 */
const UNFIT_KEYS = [`*"*`, String.raw`*\\*`, "*{{*"];

/** Pattern of an object version that arrived in a bucket, whichever way it was uploaded. */
function arrived(bucket: string, key: readonly object[]) {
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, object: { key } },
  };
}

/**
 * Event pattern of an object version that arrived in a bucket under a key that the runbook can be told of.
 *
 * Sources: S3 user guide, "EventBridge event message structure"; EventBridge user guide, "Comparison
 * operators", anything-but using a wildcard.
 */
export function objectCreated(bucket: string) {
  return arrived(bucket, [{ "anything-but": { wildcard: UNFIT_KEYS } }]);
}

/** Event pattern of an object version that arrived in a bucket under any other key. */
export function unfitObjectCreated(bucket: string) {
  return arrived(
    bucket,
    UNFIT_KEYS.map((wildcard) => ({ wildcard })),
  );
}

/**
 * How the event becomes the runbook's parameters; every parameter of Automation is a list. The event
 * has the key as it is, not URL-encoded.
 *
 * A control character makes no JSON, and a value has at most 512 characters (Systems Manager API,
 * AutomationParameterValue): such a key starts nothing, and is counted as a failed invocation.
 */
export const OBJECT_TO_PARAMETERS = {
  inputPaths: { key: "$.detail.object.key", version: "$.detail.object.version-id" },
  inputTemplate: '{"Key":[<key>],"VersionId":[<version>]}',
} as const;

/**
 * What the runbook is told of an object that it cannot hold: the version, and what is wrong in place of
 * the key. No object of that key has this version, so the execution fails, and is told of with its number.
 */
export const UNFIT_TO_PARAMETERS = {
  inputPaths: { version: "$.detail.object.version-id" },
  inputTemplate: `{"Key":["${VAULT_FOLDERS.results}/(a key with a quotation mark, a backslash or two braces: no hold)"],"VersionId":[<version>]}`,
} as const;

/**
 * Keys in the vault's places, without what EventBridge or Automation would change, should somebody
 * start the runbook by hand or change the rule. Without a look-ahead, which not every engine has.
 */
const KEY_PATTERN = String.raw`^(${Object.values(VAULT_FOLDERS).join("|")})/(\{?[^{"\\\x00-\x1f])+\{?$`;

/** What S3 calls versions is opaque, and URL-ready. */
const VERSION_PATTERN = String.raw`^[^\s{}"\\]+$`;

/**
 * The Automation runbook, for `JSON.stringify`: puts one object version of the vault under a legal
 * hold. One that is held already stays so.
 *
 * Sources: Systems Manager user guide, "aws:executeAwsApi"; S3 API reference, PutObjectLegalHold.
 */
export function holdRunbook({ bucket, roleArn }: HoldRunbookArgs) {
  return {
    schemaVersion: "0.3",
    description: "Clean room: puts an object of the vault under a legal hold",
    assumeRole: roleArn,
    parameters: {
      Key: {
        type: "String",
        description: "Key of the object",
        allowedPattern: KEY_PATTERN,
      },
      VersionId: {
        type: "String",
        description: "Which version of it",
        allowedPattern: VERSION_PATTERN,
      },
    },
    mainSteps: [
      {
        name: "hold",
        action: "aws:executeAwsApi",
        inputs: {
          Service: "s3",
          Api: "PutObjectLegalHold",
          Bucket: bucket,
          Key: "{{ Key }}",
          VersionId: "{{ VersionId }}",
          LegalHold: { Status: "ON" },
        },
        isEnd: true,
      },
    ],
  };
}
