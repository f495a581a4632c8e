import { type KMSClient, paginateListGrants } from "@aws-sdk/client-kms";
import { paginateGetResources } from "@aws-sdk/client-resource-groups-tagging-api";
import { GetObjectCommand } from "@aws-sdk/client-s3";

import type { Thing } from "../../rehearsal/world";
import type { Clients } from "./accountClients";
import { listAccount } from "./accountListing";

/** What a listing calls the types that the story asks for. */
const TYPES: Readonly<Record<string, string>> = {
  alias: "aws:kms/alias:Alias",
  bucket: "aws:s3/bucket:Bucket",
  instance: "aws:ec2/instance:Instance",
  key: "aws:kms/key:Key",
  object: "aws:s3/bucketObjectv2:BucketObjectv2",
  parameter: "aws:ssm/parameter:Parameter",
  role: "aws:iam/role:Role",
  rule: "aws:vpc/securityGroupRule:SecurityGroupRule",
  "security group": "aws:ec2/securityGroup:SecurityGroup",
  snapshot: "aws:ebs/snapshot:Snapshot",
  volume: "aws:ebs/volume:Volume",
};

const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const GRANT = "aws:kms/grant:Grant";

/**
 * What there is in an emulated account, as the story asks for it.
 *
 * @param clients The account from outside.
 * @param kms The account's KMS as the corrections tell of it: they know who issued a grant.
 */
export async function thingsIn(clients: Clients, kms: KMSClient): Promise<Thing[]> {
  const tags = await tagsIn(clients);
  const things: Thing[] = [];
  for (const [name, state] of await listAccount(clients)) {
    const kind = Object.keys(TYPES).find((each) => name.startsWith(`${each} `));
    if (kind !== undefined) {
      const id = name.slice(kind.length + 1);
      things.push(await thingOf(clients, kind, id, state, tags.get(id) ?? {}));
      if (kind === "key") {
        things.push(...(await grantsOn(kms, id)));
      }
    }
  }
  return things;
}

async function thingOf(
  { s3 }: Clients,
  kind: string,
  id: string,
  state: unknown,
  found: Record<string, string>,
): Promise<Thing> {
  const thing = { type: TYPES[kind] ?? kind, id, tags: found, state: "available", properties: {} };
  switch (kind) {
    case "instance":
    case "volume":
      return { ...thing, state: String(state) };
    case "key":
      return { ...thing, state: (state as { KeyState: string }).KeyState };
    case "role":
      return { ...thing, id: id.split("/").at(-1) ?? id };
    case "snapshot": {
      const { tags } = state as { tags: Record<string, string> };
      const copied = "source-snapshot" in tags;
      return { ...thing, ...(copied ? { type: COPY } : {}), tags, state: "completed" };
    }
    case "object": {
      const { lock, days } = state as { lock?: string; days?: number };
      const [Bucket, ...path] = id.split("/");
      const record = id.includes("/records/")
        ? await s3.send(new GetObjectCommand({ Bucket, Key: path.join("/") }))
        : undefined;
      return {
        ...thing,
        ...(lock === undefined ? {} : { lockedUntil: `${lock} ${days} days` }),
        properties: { content: await record?.Body?.transformToString() },
      };
    }
    default:
      return thing;
  }
}

async function grantsOn(client: KMSClient, KeyId: string): Promise<Thing[]> {
  const things: Thing[] = [];
  for await (const { Grants = [] } of paginateListGrants({ client }, { KeyId })) {
    for (const { GrantId = "", GranteePrincipal, IssuingAccount = "" } of Grants) {
      const [, , , , issuingAccount] = IssuingAccount.split(":");
      const properties = { granteePrincipal: GranteePrincipal, issuingAccount };
      things.push({ type: GRANT, id: GrantId, tags: {}, state: "available", properties });
    }
  }
  return things;
}

/** Tags by the id that an ARN ends with. */
async function tagsIn({ tagging }: Clients): Promise<Map<string, Record<string, string>>> {
  const tags = new Map<string, Record<string, string>>();
  for await (const { ResourceTagMappingList = [] } of paginateGetResources(
    { client: tagging },
    {},
  )) {
    for (const { ResourceARN = "", Tags = [] } of ResourceTagMappingList) {
      tags.set(
        ResourceARN.split(/[/:]/).at(-1) ?? "",
        Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
      );
    }
  }
  return tags;
}
