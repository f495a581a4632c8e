import {
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { type IAMClient, ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam";
import { ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";

import { failureOf } from "../../components/aws/failure";
import { findLocks } from "../../components/evidence/copies/copyLocks";
import { findGrants } from "../../components/evidence/grants/renewedGrants";
import { HOLDING } from "../../components/evidence/runbooks/lockRunbook";
import { SOURCE_SNAPSHOT_TAG, TOOLBOX_DIGEST_TAG } from "../../components/tags";
import { refuseLookUp } from "../awsRefusals";
import type { FoundationHere } from "../room/foundationHere";
import { findSlotClaims } from "../room/slotClaims";
import type { Installed } from "./left";

const MEMBER = /^member-(\d{12})$/;

/** What there is of a foundation, in the account and in the backend. @throws Refusal where AWS does not tell */
export async function findInstalled({
  stacks,
  foundation,
  outputs,
  aws,
}: FoundationHere): Promise<Installed> {
  const { region, transferKeyArn, evidenceKeyArn, vaultBucket } = foundation;
  const text = (name: string) => `${(outputs[name] as string | number | undefined) ?? "unknown"}`;
  const policies = (outputs["incidentDeployerPolicyArns"] as readonly string[] | undefined) ?? [];
  const [listed, claims, grants, attached, vault, copies, images] = await Promise.all([
    stacks.list(),
    findSlotClaims(aws.ssm),
    findGrants(aws.kms, transferKeyArn).catch(refuseLookUp("The grants on the transfer key")),
    Promise.all(
      policies.map(async (policyArn) => ({ policyArn, roles: await rolesOf(aws.iam, policyArn) })),
    ),
    findVault(aws.s3, vaultBucket),
    findCopies(aws.ec2),
    findImages(aws.ec2),
  ]);
  const names = listed.map(({ name }) => name.split("/").at(-1) ?? name);
  const auditStack = foundation.stack.split("/").at(-1) ?? foundation.stack;
  const claimed = claims.map(({ ticket }) => ticket);
  const others = names.filter(
    (name) =>
      name !== auditStack &&
      !MEMBER.test(name) &&
      !claimed.some((ticket) => ticket.toLowerCase() === name),
  );
  return {
    region,
    auditStack,
    rooms: [...new Set([...claimed, ...others])],
    members: names.flatMap((name) => MEMBER.exec(name)?.[1] ?? []),
    keys: {
      evidence: evidenceKeyArn,
      transfer: transferKeyArn,
      foundation: text("foundationKeyArn"),
    },
    grants: grants.length,
    attached,
    vault: {
      bucket: vaultBucket,
      mode: text("vaultMode"),
      days: Number(outputs["vaultDays"] ?? 0),
      ...vault,
    },
    copies,
    images,
  };
}

async function rolesOf(iam: Pick<IAMClient, "send">, PolicyArn: string): Promise<string[]> {
  const roles: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam
      .send(new ListEntitiesForPolicyCommand({ PolicyArn, EntityFilter: "Role", Marker }))
      .catch((error: unknown) =>
        // A foundation that is half down names policies still that are gone.
        failureOf(error) === "absent"
          ? undefined
          : refuseLookUp(`What ${PolicyArn} is attached to`)(error),
      );
    roles.push(...(page?.PolicyRoles ?? []).flatMap(({ RoleName }) => RoleName ?? []));
    Marker = page?.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return roles;
}

/** What is in the vault: every version of every object, and what was deleted of them hides none. */
async function findVault(
  s3: Pick<S3Client, "send">,
  Bucket: string,
): Promise<Pick<Installed["vault"], "versions" | "bytes" | "newest">> {
  const found = { versions: 0, bytes: 0, newest: undefined as Date | undefined };
  let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof listFrom>> = await listFrom(from);
    for (const { Size = 0, LastModified } of page.Versions ?? []) {
      found.versions += 1;
      found.bytes += Size;
      if (LastModified !== undefined && LastModified > (found.newest ?? new Date(0))) {
        found.newest = LastModified;
      }
    }
    from =
      page.IsTruncated === true
        ? {
            ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
            ...(page.NextVersionIdMarker === undefined
              ? {}
              : { VersionIdMarker: page.NextVersionIdMarker }),
          }
        : undefined;
  }
  return found;

  function listFrom(markers: object) {
    return s3
      .send(new ListObjectVersionsCommand({ Bucket, ...markers }))
      .catch(refuseLookUp("What is in the vault"));
  }
}

async function findCopies(ec2: Pick<EC2Client, "send">): Promise<Installed["copies"]> {
  const locks = await findLocks(ec2 as EC2Client);
  const copies: Installed["copies"][number][] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2
      .send(
        new DescribeSnapshotsCommand({
          OwnerIds: ["self"],
          Filters: [{ Name: "tag-key", Values: [SOURCE_SNAPSHOT_TAG] }],
          NextToken,
        }),
      )
      .catch(refuseLookUp("The preserved copies"));
    for (const { SnapshotId: id = "", VolumeSize: sizeGiB = 0 } of page.Snapshots ?? []) {
      const lock = locks.find(({ SnapshotId }) => SnapshotId === id);
      const mode = lock?.LockState ?? "";
      copies.push({
        id,
        sizeGiB,
        locked: HOLDING.includes(mode) ? { mode, until: lock?.LockExpiresOn } : undefined,
      });
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return copies;
}

async function findImages(ec2: Pick<EC2Client, "send">): Promise<string[]> {
  const { Images = [] } = await ec2
    .send(
      new DescribeImagesCommand({
        Owners: ["self"],
        Filters: [{ Name: "tag-key", Values: [TOOLBOX_DIGEST_TAG] }],
      }),
    )
    .catch(refuseLookUp("The forensics images"));
  return Images.flatMap(({ ImageId }) => ImageId ?? []);
}
