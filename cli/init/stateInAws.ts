import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  type KMSClient,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";

import { failureOf } from "../../components/aws/failure";
import { fewAtATime } from "../../components/aws/fewAtATime";
import { listKeyIds } from "../../components/room/listedKeys";
import { refuseAct, refuseLookUp } from "../awsRefusals";
import {
  STATE_KEY_ALIAS,
  STATE_STEPS,
  STATE_TAG,
  type StateBackend,
  stateBucketPolicy,
  type StateFound,
  type StateStep,
} from "./stateBackend";

/** The services it is made of. */
export interface StateClients {
  readonly kms: Pick<KMSClient, "send">;
  readonly s3: Pick<S3Client, "send">;
}

/** Keys that are looked at at the same time. */
const AT_A_TIME = 10;

/** Nothing of the bucket is open to the public, whatever else says so. */
const CLOSED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** What there is of the backend. @throws Refusal where AWS does not tell */
export async function findState(clients: StateClients, backend: StateBackend): Promise<StateFound> {
  const [key, bucket] = await Promise.all([
    findKey(clients.kms, backend),
    findBucket(clients.s3, backend),
  ]);
  return { ...(key === undefined ? {} : { key }), ...(bucket === undefined ? {} : { bucket }) };
}

async function findKey(
  kms: StateClients["kms"],
  { bucket }: StateBackend,
): Promise<StateFound["key"]> {
  const named = await orAbsent(
    "The key",
    kms.send(new DescribeKeyCommand({ KeyId: STATE_KEY_ALIAS })),
  );
  const tagged = named === undefined ? await findTagged(kms, bucket) : [];
  const inUse = tagged.filter(({ KeyState }) => KeyState === "Enabled");
  const found = named?.KeyMetadata ?? inUse[0] ?? tagged[0];
  const { Arn: arn, KeyState: state = "" } = found ?? {};
  if (arn === undefined) {
    return undefined;
  }
  const rotation =
    state === "Enabled"
      ? await kms
          .send(new GetKeyRotationStatusCommand({ KeyId: arn }))
          .catch(refuseLookUp(`The rotation of the key ${arn}`))
      : undefined;
  return {
    arn,
    state,
    isNamed: named !== undefined,
    rotates: rotation?.KeyRotationEnabled === true,
    others: inUse.slice(1).flatMap(({ Arn }) => Arn ?? []),
  };
}

/**
 * Every key that carries the state's tag: also one that was made, and not named. KMS itself is asked, key by key: the index of
 * tags is told of a new key minutes later, and who asks that makes a second one.
 */
async function findTagged(
  kms: StateClients["kms"],
  bucket: string,
): Promise<readonly KeyMetadata[]> {
  const what = "Which key was made for the state";
  const ids = await listKeyIds(kms).catch(refuseLookUp(what));
  const denied: unknown[] = [];
  const tagged = await fewAtATime(ids, AT_A_TIME, async (KeyId) => {
    try {
      // A page has fifty tags, as many as a key.
      const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
      return Tags.some(({ TagKey, TagValue }) => TagKey === STATE_TAG && TagValue === bucket)
        ? [KeyId]
        : [];
    } catch (error) {
      // One that does not know who asks was made by somebody else.
      if (failureOf(error) !== "denied") {
        return refuseLookUp(what)(error);
      }
      denied.push(error);
      return [];
    }
  });
  if (denied.length > 0 && denied.length === ids.length) {
    return refuseLookUp(what)(denied[0]);
  }
  const keys = await fewAtATime(tagged.flat(), AT_A_TIME, (KeyId) =>
    orAbsent("The key", kms.send(new DescribeKeyCommand({ KeyId }))),
  );
  return keys.flatMap((key) => key?.KeyMetadata ?? []);
}

async function findBucket(
  s3: StateClients["s3"],
  { bucket: Bucket, accountId: ExpectedBucketOwner, region }: StateBackend,
): Promise<StateFound["bucket"]> {
  const of = { Bucket, ExpectedBucketOwner };
  const nothing = { isClosed: false, isVersioned: false, others: [] };
  const isIn = (where: string) => ({
    ...nothing,
    against: `The bucket ${Bucket} is in ${where}, not in ${region}.`,
  });
  try {
    const { BucketRegion } = await s3.send(new HeadBucketCommand(of));
    if (BucketRegion !== undefined && BucketRegion !== region) {
      return isIn(BucketRegion);
    }
  } catch (error) {
    const where = regionSaidWith(error);
    if (where !== undefined && where !== region && failureOf(error) !== "denied") {
      return isIn(where);
    }
    if (failureOf(error) === "absent") {
      return undefined;
    }
    if (failureOf(error) === "denied") {
      return {
        ...nothing,
        against: `The bucket ${Bucket} is another account's, or is denied to these credentials.`,
      };
    }
    return refuseLookUp(`The bucket ${Bucket}`)(error);
  }
  const what = (part: string) => `The ${part} of the bucket ${Bucket}`;
  const [versioning, encryption, access, policy, objects] = await Promise.all([
    s3.send(new GetBucketVersioningCommand(of)).catch(refuseLookUp(what("versioning"))),
    orAbsent(what("encryption"), s3.send(new GetBucketEncryptionCommand(of))),
    orAbsent(what("public access block"), s3.send(new GetPublicAccessBlockCommand(of))),
    orAbsent(what("policy"), s3.send(new GetBucketPolicyCommand(of))),
    // All state is one entry then, so what else there is comes on the first page.
    s3
      .send(new ListObjectsV2Command({ ...of, Delimiter: "/" }))
      .catch(refuseLookUp(what("content"))),
  ]);
  const { ApplyServerSideEncryptionByDefault: byDefault } =
    encryption?.ServerSideEncryptionConfiguration?.Rules?.[0] ?? {};
  const closed = access?.PublicAccessBlockConfiguration ?? {};
  return {
    isClosed: Object.keys(CLOSED).every((name) => closed[name as keyof typeof CLOSED] === true),
    isVersioned: versioning.Status === "Enabled",
    key: byDefault?.KMSMasterKeyID,
    policy: policy?.Policy,
    others: [
      ...(objects.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix),
      ...(objects.Contents ?? []).map(({ Key = "" }) => Key),
    ].filter((name) => name !== ".pulumi/"),
  };
}

/**
 * The Region that S3 says a bucket is in, where it does not answer for another one: its answer has no body.
 *
 * Source: S3 API reference, HeadBucket (301 and 400) and `x-amz-bucket-region`.
 */
function regionSaidWith(error: unknown): string | undefined {
  const { $response } = error as {
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  return $response?.headers?.["x-amz-bucket-region"];
}

/** Makes what is still to be made, each told as it is done; whatever ends it, the same again goes on there. */
export async function makeState(
  { kms, s3 }: StateClients,
  backend: StateBackend,
  found: StateFound,
  steps: readonly StateStep[],
  done: (step: StateStep, keyArn: string) => void,
): Promise<string> {
  const { bucket: Bucket, accountId: ExpectedBucketOwner, region } = backend;
  const of = { Bucket, ExpectedBucketOwner };
  let keyArn = found.key?.arn ?? "";
  const acts: Readonly<Record<StateStep, () => Promise<unknown>>> = {
    key: async () => {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({
          Description: "State and secrets of the clean room's stacks",
          Tags: [{ TagKey: STATE_TAG, TagValue: Bucket }],
        }),
      );
      keyArn = KeyMetadata?.Arn ?? "";
    },
    name: () =>
      kms.send(new CreateAliasCommand({ AliasName: STATE_KEY_ALIAS, TargetKeyId: keyArn })),
    rotation: () => kms.send(new EnableKeyRotationCommand({ KeyId: keyArn })),
    bucket: () =>
      s3.send(
        new CreateBucketCommand({
          Bucket,
          ObjectOwnership: "BucketOwnerEnforced",
          // S3 takes this Region by no name.
          ...(region === "us-east-1"
            ? {}
            : {
                CreateBucketConfiguration: {
                  LocationConstraint: region as BucketLocationConstraint,
                },
              }),
        }),
      ),
    closed: () =>
      s3.send(new PutPublicAccessBlockCommand({ ...of, PublicAccessBlockConfiguration: CLOSED })),
    versions: () =>
      s3.send(
        new PutBucketVersioningCommand({ ...of, VersioningConfiguration: { Status: "Enabled" } }),
      ),
    encryption: () =>
      s3.send(
        new PutBucketEncryptionCommand({
          ...of,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: {
                  SSEAlgorithm: "aws:kms",
                  KMSMasterKeyID: keyArn,
                },
                BucketKeyEnabled: true,
              },
            ],
          },
        }),
      ),
    policy: () =>
      s3.send(new PutBucketPolicyCommand({ ...of, Policy: stateBucketPolicy(backend) })),
  };
  for (const step of steps) {
    await acts[step]().catch(
      refuseAct(
        `The backend is not complete: AWS did not ${STATE_STEPS[step]}. What was made before stays; the same again goes on there`,
      ),
    );
    done(step, keyArn);
  }
  return keyArn;
}

/** What a look-up answers; undefined where AWS says that it is not there. */
async function orAbsent<T>(what: string, asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) =>
    failureOf(error) === "absent" || /NotFound(Error)?$|^NoSuch/.test((error as Error).name)
      ? undefined
      : refuseLookUp(what)(error),
  );
}
