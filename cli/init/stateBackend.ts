import { isDeepStrictEqual } from "node:util";

import { bucketArn, type Place } from "../../components/aws/arn";
import { policyDocument } from "../../components/policies/document";
import { onlyTls } from "../../components/policies/bucketStatements";

/** What the key is called. */
export const STATE_KEY_ALIAS = "alias/clean-room-state";

/** The tag of the key, by which one is found again that was made and not named; its value is the bucket's name. */
export const STATE_TAG = "clean-room-state";

/** Where the state of a team's stacks is kept. */
export interface StateBackend extends Place {
  readonly bucket: string;
}

/** What there is of it. */
export interface StateFound {
  readonly key?: {
    readonly arn: string;

    /** `Enabled`, `PendingDeletion` and so on. */
    readonly state: string;
    readonly isNamed: boolean;
    readonly rotates: boolean;

    /** ARNs of more keys with the tag, of which none has the name. */
    readonly others: readonly string[];
  };

  /** None where there is no such bucket. */
  readonly bucket?: {
    /** Whose it is, and where, as far as that speaks against it. */
    readonly against?: string;
    readonly isClosed: boolean;
    readonly isVersioned: boolean;

    /** ARN or id of the key it encrypts with; none where that is S3's own. */
    readonly key?: string | undefined;

    /** Its policy's text. */
    readonly policy?: string | undefined;

    /** What is in it beside state. */
    readonly others: readonly string[];
  };
}

/** What is still to be made, in the order that it is made in. */
export const STATE_STEPS = {
  key: "make a KMS key for it, and for the stacks' secrets",
  name: `name the key ${STATE_KEY_ALIAS}`,
  rotation: "have the key rotated each year",
  bucket: "make the bucket",
  closed: "close the bucket to the public",
  versions: "have the bucket keep every version",
  encryption: "have the bucket encrypt under the key",
  policy: "have the bucket refuse what is not TLS",
} as const;

/** A step by its name. */
export type StateStep = keyof typeof STATE_STEPS;

/** Its policy: it gives nobody anything, so what a role of the account may is its own policies' to say. */
export function stateBucketPolicy({ region, bucket }: StateBackend): string {
  return JSON.stringify(policyDocument(onlyTls(bucketArn(region, bucket))));
}

/** What is to be done, in order. */
export function stateSteps(backend: StateBackend, { key, bucket }: StateFound): StateStep[] {
  const lacks: Readonly<Record<StateStep, boolean>> = {
    key: key === undefined,
    name: key?.isNamed !== true,
    rotation: key?.rotates !== true,
    bucket: bucket === undefined,
    closed: bucket?.isClosed !== true,
    versions: bucket?.isVersioned !== true,
    encryption: bucket?.key === undefined,
    policy: !isOurs(backend, bucket?.policy),
  };
  return (Object.keys(STATE_STEPS) as StateStep[]).filter((step) => lacks[step]);
}

/** Why what is there cannot be the backend: a sentence each, with what to do. It is somebody's, so nothing of it is changed. */
export function stateReasons(backend: StateBackend, { key, bucket }: StateFound): string[] {
  const another = "or name another bucket: --bucket";
  return [
    ...(key !== undefined && key.state !== "Enabled"
      ? [
          `The key ${key.arn} is ${key.state}: ${
            key.state === "PendingDeletion"
              ? `aws kms cancel-key-deletion --region ${backend.region} --key-id ${key.arn}, then enable-key`
              : `aws kms enable-key --region ${backend.region} --key-id ${key.arn}`
          }. What is encrypted under it, nobody reads meanwhile.`,
        ]
      : []),
    ...(key !== undefined && key.others.length > 0
      ? [
          `No key is called ${STATE_KEY_ALIAS}, and more than one was made for it: ${[key.arn, ...key.others].join(", ")}. Name the one that is to stay, such as the first: aws kms create-alias --region ${backend.region} --alias-name ${STATE_KEY_ALIAS} --target-key-id ${key.arn}.`,
        ]
      : []),
    ...(bucket?.against === undefined ? [] : [`${bucket.against} Take another name: --bucket.`]),
    ...((bucket?.others.length ?? 0) > 0
      ? [
          `The bucket ${backend.bucket} holds what is no state (${bucket?.others[0]}): empty it, ${another}.`,
        ]
      : []),
    ...(bucket?.key !== undefined && idOf(bucket.key) !== idOf(key?.arn)
      ? [
          `The bucket ${backend.bucket} encrypts under another key, ${bucket.key}: name that one, aws kms ${key?.isNamed === true ? "update" : "create"}-alias --region ${backend.region} --alias-name ${STATE_KEY_ALIAS} --target-key-id ${bucket.key}, ${another}.`,
        ]
      : []),
    ...(bucket?.policy !== undefined && !isOurs(backend, bucket.policy)
      ? [
          `The bucket ${backend.bucket} has a policy of its own, which is left as it is. Take it off, if nobody needs it: aws s3api delete-bucket-policy --bucket ${backend.bucket}; ${another}.`,
        ]
      : []),
  ];
}

/** A key's id, of its ARN or of itself. */
function idOf(key: string | undefined): string | undefined {
  return key?.split("/").at(-1);
}

/** S3 may write a policy in another order of its own. */
function isOurs(backend: StateBackend, policy: string | undefined): boolean {
  return (
    policy !== undefined &&
    isDeepStrictEqual(JSON.parse(policy), JSON.parse(stateBucketPolicy(backend)))
  );
}

/** What `pulumi login` and the project's file take. */
export function backendUrl({ bucket, region }: StateBackend): string {
  return `s3://${bucket}?region=${region}`;
}

/** What `pulumi stack init --secrets-provider` takes: the key's own id, as a name may lead elsewhere one day. */
export function secretsProviderOf(keyArn: string, { region }: StateBackend): string {
  return `awskms://${keyArn.split("/").at(-1)}?region=${region}`;
}
