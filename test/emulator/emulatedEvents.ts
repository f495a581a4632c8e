import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  EC2Client,
  LockSnapshotCommand,
  type LockSnapshotRequest,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { CreateGrantCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetDocumentCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";

import { LOCK_RUNBOOK } from "../../components/names";
import { AUDIT_ACCOUNT, REGION } from "../../rehearsal/accounts";
import type { AuditEvents } from "../../rehearsal/world";
import { clientsOf } from "./accountClients";
import type { EmulatedStage } from "./emulatedStage";

const PLACE = { account: AUDIT_ACCOUNT, region: REGION };

/** What of the runbook is played. */
interface LockDocument {
  readonly assumeRole: string;
  readonly mainSteps: readonly {
    readonly name: string;
    readonly inputs: Pick<LockSnapshotRequest, "LockMode" | "LockDuration">;
  }[];
}

/** What happens to the emulated Audit account without Pulumi. */
export class EmulatedEvents implements AuditEvents {
  public constructor(private readonly stage: EmulatedStage) {}

  public async registerImage(
    name: string,
    { tags }: { readonly tags: Readonly<Record<string, string>> },
  ): Promise<string> {
    const image = await this.stage.makeImage(name, tags);
    this.stage.corrections.encryptedImages.add(image);
    return image;
  }

  public async writeParameter(Name: string, Value: string): Promise<void> {
    const { ssm } = this.stage.clients;
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  }

  public async setRole(RoleName: string, policies: readonly string[]): Promise<void> {
    const { iam } = this.stage.clients;
    await iam
      .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }))
      .catch((error: unknown) => {
        if (!(error instanceof EntityAlreadyExistsException)) {
          throw error;
        }
      });
    // The emulator has none of AWS's managed policies.
    for (const PolicyArn of policies.filter((arn) => !arn.includes("::aws:"))) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    this.stage.corrections.authorization.forget();
  }

  public async removeRole(RoleName: string): Promise<void> {
    const { iam } = this.stage.clients;
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of attached.AttachedPolicies ?? []) {
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    await iam.send(new DeleteRoleCommand({ RoleName }));
    this.stage.corrections.authorization.forget();
  }

  public async shareSnapshot(owner: string, Size: number, KmsKeyId: string): Promise<string> {
    const { clients, corrections, emulator } = this.stage;
    const { ec2 } = clientsOf(emulator, { ...PLACE, account: owner });
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size }),
    );
    const { SnapshotId: source } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    const { SnapshotId = "" } = await ec2.send(
      new CopySnapshotCommand({
        SourceSnapshotId: source,
        SourceRegion: REGION,
        Encrypted: true,
        KmsKeyId,
      }),
    );
    await ec2.send(new DeleteSnapshotCommand({ SnapshotId: source }));
    await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    await ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        Attribute: "createVolumePermission",
        OperationType: "add",
        UserIds: [AUDIT_ACCOUNT],
      }),
    );
    // EC2 made it on the account's behalf.
    const { GrantId = "" } = await clients.kms.send(
      new CreateGrantCommand({
        KeyId: KmsKeyId,
        GranteePrincipal: `ec2.${REGION}.amazonaws.com`,
        Operations: ["Decrypt", "DescribeKey"],
      }),
    );
    corrections.keyGrants.issued(GrantId, owner);
    return SnapshotId;
  }

  /** The runbook locks it, in its own mode and for its own days: nobody else may, and it may nothing else. */
  public async lockCopy(SnapshotId: string): Promise<void> {
    const { clients, endpoint } = this.stage;
    const { Content = "" } = await clients.ssm.send(new GetDocumentCommand({ Name: LOCK_RUNBOOK }));
    const { assumeRole: RoleArn, mainSteps } = JSON.parse(Content) as LockDocument;
    const { LockMode, LockDuration } = mainSteps.find(({ name }) => name === "lock")?.inputs ?? {};
    const { sts } = clientsOf(endpoint, PLACE, "ssm.amazonaws.com");
    const { Credentials: taken } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "rehearsal" }),
    );
    const credentials = {
      accessKeyId: taken?.AccessKeyId ?? "",
      secretAccessKey: taken?.SecretAccessKey ?? "",
      sessionToken: taken?.SessionToken ?? "",
    };
    const ec2 = new EC2Client({ endpoint, region: REGION, credentials });
    await ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode, LockDuration }));
  }

  public async putObject(Bucket: string, Key: string, Body = "{}"): Promise<void> {
    await this.stage.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }
}
