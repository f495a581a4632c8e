import { EARLIER_SIGNING_KEY_ALIASES, SIGNING_KEY_ALIAS } from "../names";

/**
 * Event pattern of what can make a key, and all that is under it, unusable: its end, its being disabled, or
 * another policy. Of every key of the account in the Region: the evidence key, and those of rooms, which come
 * and go. Of aliases those of the signing keys alone: whoever gives or moves one says by which key records are verified.
 * EventBridge has it where a trail of the account records management events.
 *
 * Sources: EventBridge user guide, "AWS service events delivered via AWS CloudTrail", "Comparison operators for use in
 * event patterns" ($or); KMS developer guide, "Logging AWS KMS API calls with AWS CloudTrail", CreateAlias, UpdateAlias, DeleteAlias
 * (the first of an event's resources is the alias).
 */
export const KEY_CHANGED = {
  source: ["aws.kms"],
  "detail-type": ["AWS API Call via CloudTrail"],
  detail: {
    eventSource: ["kms.amazonaws.com"],
    $or: [
      {
        eventName: [
          "DeleteImportedKeyMaterial",
          "DisableKey",
          "PutKeyPolicy",
          "ScheduleKeyDeletion",
        ],
      },
      {
        eventName: ["DeleteAlias", "UpdateAlias"],
        requestParameters: { aliasName: [SIGNING_KEY_ALIAS] },
      },
      {
        eventName: ["CreateAlias", "UpdateAlias"],
        requestParameters: { aliasName: [{ prefix: EARLIER_SIGNING_KEY_ALIASES }] },
      },
    ],
    // What KMS refused changed nothing.
    errorCode: [{ exists: false }],
  },
};

/** How that event becomes a message: who did what to which key, and how to take it back. */
export const KEY_CHANGE_TO_MESSAGE = {
  inputPaths: {
    action: "$.detail.eventName",
    key: "$.detail.resources[0].ARN",
    region: "$.region",
    time: "$.time",
    who: "$.detail.userIdentity.arn",
  },
  inputTemplate:
    '"<who> asked KMS for <action> of <key> at <time>. A room that is destroyed ends its own key so. If nobody meant it: aws kms cancel-key-deletion --region <region> --key-id <key>; aws kms enable-key --region <region> --key-id <key>; and look at its policy: aws kms get-key-policy --region <region> --key-id <key> --policy-name default. An alias that was moved or deleted: pulumi up --refresh of the audit stack puts it back"',
} as const;
