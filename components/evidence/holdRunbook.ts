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
 * Event pattern of an object version that arrived in a bucket, whichever way it was uploaded.
 *
 * Source: S3 user guide, "EventBridge event message structure".
 */
export function objectCreated(bucket: string) {
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] } },
  };
}

/**
 * How the event becomes the runbook's parameters; every parameter of Automation is a list. The event
 * has the key as it is, not URL-encoded.
 *
 * EventBridge does not escape what it puts in (user guide, "Common issues with transforming input"),
 * and a value has at most 512 characters (Systems Manager API, AutomationParameterValue): a key with a
 * quotation mark or a backslash, or a longer one, starts nothing and is counted as a failed invocation.
 */
export const OBJECT_TO_PARAMETERS = {
  inputPaths: { key: "$.detail.object.key", version: "$.detail.object.version-id" },
  inputTemplate: '{"Key":[<key>],"VersionId":[<version>]}',
} as const;

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
        allowedPattern: "^(cases|intake|records)/.+$",
      },
      VersionId: {
        type: "String",
        description: "Which version of it",
        allowedPattern: "^\\S+$",
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
