import { runSimulation } from "@cloud-copilot/iam-simulate";

import type { Account, Entry, Properties } from "./account";
import type { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";
import { findKey } from "./keys";

/** Managed policy of AWS's own that allows everything. */
export const ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess";

const ALIAS = "aws:kms/alias:Alias";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const GRANT = "aws:kms/grant:Grant";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const VOLUME = "aws:ebs/volume:Volume";

const NEW_DATA_KEY = "GenerateDataKeyWithoutPlaintext";

type Context = Readonly<Record<string, string | string[]>>;

/** What is asked of KMS: the key, the operation, what more a policy sees of the request. */
type Asked = readonly [key: unknown, operation: string, context?: Context];

/** What it takes of KMS to make a resource, by its type; of a key itself see below. */
const TO_MAKE: Readonly<Record<string, (inputs: Properties, account: Account) => Asked[]>> = {
  [ALIAS]: ({ targetKeyId }) => [[targetKeyId, "CreateAlias"]],
  [GRANT]: ({ keyId, granteePrincipal, operations }) => [
    [
      keyId,
      "CreateGrant",
      {
        "kms:GrantIsForAWSResource": "false",
        "kms:GranteePrincipal": granteePrincipal as string,
        "kms:GrantOperations": operations as string[],
      },
    ],
  ],
  [COPY]: ({ kmsKeyId }, account) => throughEc2(account, kmsKeyId, NEW_DATA_KEY),
  [VOLUME]: ({ kmsKeyId }, account) => throughEc2(account, kmsKeyId, NEW_DATA_KEY),
  [INSTANCE]: ({ rootBlockDevice }, account) => {
    const root = rootBlockDevice as Properties | undefined;
    return throughEc2(account, root?.["kmsKeyId"], NEW_DATA_KEY);
  },
  [ATTACHMENT]: ({ volumeId }, account) =>
    throughEc2(account, account.find(VOLUME, volumeId)?.properties["kmsKeyId"], "Decrypt"),
};

/** What it takes of KMS to delete a resource, by its type. */
const TO_DELETE: typeof TO_MAKE = {
  [ALIAS]: ({ targetKeyId }) => [[targetKeyId, "DeleteAlias"]],
  [GRANT]: ({ keyId }) => [[keyId, "RevokeGrant"]],
  [KEY]: ({ id }) => [[id, "ScheduleKeyDeletion"]],
};

/** What EC2 asks of KMS in the caller's name: the use itself, and a grant for what EC2 makes. */
function throughEc2({ region }: Account, key: unknown, operation: string): Asked[] {
  const via = { "kms:ViaService": `ec2.${region}.amazonaws.com` };
  return [
    [key, operation, via],
    [key, "CreateGrant", { ...via, "kms:GrantIsForAWSResource": "true" }],
  ];
}

/** A request to KMS. */
interface KeyRequest {
  readonly action: string;

  /** ARN of the key, `*` where there is none yet. */
  readonly resource: string;

  /** The key's policy; where there is none, the caller's own policies decide. */
  readonly policy?: string | undefined;
  readonly context?: Context;
}

/**
 * Who may do what with the account's keys: decides by the policies that are in place, of the key and of
 * the caller, as KMS does. No key's tags count here: KMS takes up to five minutes to see them, and
 * nothing in a rehearsal is as old.
 *
 * Sources: KMS developer guide, "Key policies", "ABAC for AWS KMS"; KMS API reference, CreateKey and
 * PutKeyPolicy.
 */
export class KeyAccess {
  /**
   * @param store The account of the keys.
   * @param caller ARN of the role that asks; the account knows its policies.
   */
  public constructor(
    private readonly store: AccountStore,
    private readonly caller: string,
  ) {}

  /** @throws AwsError where KMS refuses what it takes to make a resource. */
  public async requireToMake(type: string, inputs: Properties): Promise<void> {
    const account = this.store.read();
    if (type === KEY) {
      const tags = Object.entries((inputs["tags"] as Record<string, string> | undefined) ?? {});
      const context = Object.fromEntries(
        tags.map(([name, value]) => [`aws:RequestTag/${name}`, value]),
      );
      await this.require(account, { action: "kms:CreateKey", resource: "*", context });
      await this.requireNoLockOut(account, inputs["policy"]);
    }
    for (const [key, operation, context] of TO_MAKE[type]?.(inputs, account) ?? []) {
      await this.requireOn(account, key, operation, context);
    }
  }

  /** @throws AwsError where KMS refuses what it takes to change a resource. */
  public async requireToChange(type: string, id: string, inputs: Properties): Promise<void> {
    const account = this.store.read();
    const key = type === KEY ? account.find(KEY, id) : undefined;
    if (key !== undefined && key.properties["policy"] !== inputs["policy"]) {
      await this.requireOn(account, id, "PutKeyPolicy");
      await this.requireNoLockOut(account, inputs["policy"]);
    }
  }

  /** @throws AwsError where KMS refuses what it takes to delete a resource. */
  public async requireToDelete(type: string, id: string): Promise<void> {
    const account = this.store.read();
    const properties = account.find(type, id)?.properties ?? {};
    for (const [key, operation] of TO_DELETE[type]?.({ ...properties, id }, account) ?? []) {
      await this.requireOn(account, key, operation);
    }
  }

  /** @throws AwsError where KMS does not describe the key to the caller. */
  public requireToSee(keyId: unknown): Promise<void> {
    return this.requireOn(this.store.read(), keyId, "DescribeKey");
  }

  /** KMS makes no key, and puts no policy, of which the caller could not put another one. */
  private async requireNoLockOut(account: Account, policy: unknown): Promise<void> {
    const request = {
      action: "kms:PutKeyPolicy",
      resource: `arn:aws:kms:${account.region}:${account.id}:key/new`,
      policy: policy as string | undefined,
    };
    if (!(await this.isAllowed(account, request))) {
      throw new AwsError(
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
      );
    }
  }

  /** Keys of other accounts, and what is not there, are not this account's to decide. */
  private async requireOn(
    account: Account,
    named: unknown,
    operation: string,
    context: Context = {},
  ): Promise<void> {
    const key = typeof named === "string" ? findKey(account, named) : undefined;
    if (key?.arn !== undefined) {
      const policy = key.properties["policy"] as string | undefined;
      const action = `kms:${operation}`;
      await this.require(account, { action, resource: key.arn, policy, context });
    }
  }

  private async require(account: Account, request: KeyRequest): Promise<void> {
    if (!(await this.isAllowed(account, request))) {
      throw new AwsError(
        "AccessDeniedException",
        `${this.caller} is not authorized to perform: ${request.action} on resource: ${request.resource}`,
      );
    }
  }

  private async isAllowed(account: Account, request: KeyRequest): Promise<boolean> {
    const { action, resource, policy = delegating(account), context = {} } = request;
    const result = await runSimulation(
      {
        request: {
          principal: this.caller,
          action,
          resource: { resource, accountId: account.id },
          contextVariables: {
            "aws:PrincipalArn": this.caller,
            "aws:PrincipalAccount": account.id,
            "aws:RequestedRegion": account.region,
            "kms:CallerAccount": account.id,
            // A request for a new key names none that somebody owns.
            ...(resource === "*" ? {} : { "aws:ResourceOrgID": ORGANIZATION }),
            ...context,
          },
        },
        identityPolicies: this.policiesOfCaller(account),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(resource === "*" ? {} : { resourcePolicy: JSON.parse(policy) as object }),
      },
      {},
    );
    if (result.resultType === "error") {
      throw new Error(JSON.stringify(result.errors));
    }
    return result.overallResult === "Allowed";
  }

  private policiesOfCaller(account: Account): { name: string; policy: object }[] {
    const role = account
      .ofType("aws:iam/role:Role")
      .find(({ arn }: Entry) => arn === this.caller)?.properties;
    return ((role?.["managedPolicyArns"] as string[] | undefined) ?? []).map((arn) => {
      const placed = account.find("aws:iam/policy:Policy", arn)?.properties["policy"] as
        string | undefined;
      return {
        name: arn,
        policy: JSON.parse(
          arn === ADMINISTRATOR_ACCESS ? EVERYTHING : (placed ?? NOTHING),
        ) as object,
      };
    });
  }
}

/** The organisation of the accounts, that of `Pulumi.audit.yaml`. */
const ORGANIZATION = "o-exampleorgid";

const NOTHING = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** The policy that KMS gives a key that comes without one. */
function delegating({ id }: Account): string {
  const Principal = { AWS: `arn:aws:iam::${id}:root` };
  const Statement = [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
