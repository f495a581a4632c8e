import { createHash } from "node:crypto";

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
import { CreateGrantCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetDocumentCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";

import { Case, VAULT_FOLDERS } from "../../components/case";
import { LOCK_RUNBOOK, SIGNING_RUNBOOK } from "../../components/names";
import { TICKET_TAG } from "../../components/tags";
import { AUDIT_ACCOUNT, REGION } from "../../rehearsal/accounts";
import type { AuditEvents } from "../../rehearsal/world";
import { clientsOf } from "./accountClients";
import type { EmulatedStage } from "./emulatedStage";

const PLACE = { account: AUDIT_ACCOUNT, region: REGION };

/** What of a runbook is played. */
interface Document<Inputs> {
  readonly assumeRole: string;
  readonly mainSteps: readonly { readonly name: string; readonly inputs: Inputs }[];
}

/** The same, with the role's credentials. */
interface Runbook<Inputs> extends Document<Inputs> {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

type LockInputs = Pick<LockSnapshotRequest, "LockMode" | "LockDuration">;

interface SignInputs {
  readonly InputPayload: {
    readonly signingKey: string;
    readonly metadata: Readonly<Record<string, string>>;
  };
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
    const { endpoint } = this.stage;
    const { mainSteps, credentials } = await this.runbook<LockInputs>(LOCK_RUNBOOK);
    const { LockMode, LockDuration } = mainSteps.find(({ name }) => name === "lock")?.inputs ?? {};
    const ec2 = new EC2Client({ endpoint, region: REGION, credentials });
    await ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode, LockDuration }));
  }

  /** The runbook signs each record that is not, with its own key and by its own role. */
  public async signRecords(Bucket: string): Promise<number> {
    const { clients, endpoint } = this.stage;
    const { mainSteps, credentials } = await this.runbook<SignInputs>(SIGNING_RUNBOOK);
    const { signingKey: KeyId = "", metadata } = mainSteps[0]?.inputs.InputPayload ?? {};
    const where = { endpoint, region: REGION, credentials };
    const [kms, s3] = [new KMSClient(where), new S3Client({ ...where, forcePathStyle: true })];
    const Prefix = `${VAULT_FOLDERS.records}/`;
    const all = await clients.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    let signed = 0;
    for (const { Key = "", VersionId } of all.Versions ?? []) {
      const [, ticket = "", name = ""] = Key.split("/");
      const record = name.replace(/\.json$/, "");
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId,
          Message: createHash("sha256").update(bytes).digest(),
          MessageType: "DIGEST",
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      );
      const ofCase = new Case(ticket);
      signed += await s3
        .send(
          new PutObjectCommand({
            Bucket,
            Key: ofCase.signatureOf(Key),
            Body: Signature ?? new Uint8Array(),
            ContentType: "application/octet-stream",
            ChecksumAlgorithm: "SHA256",
            Metadata: { ...metadata, [TICKET_TAG]: ofCase.tag, record, ticket },
            IfNoneMatch: "*",
          }),
        )
        .then(() => 1)
        .catch((error: unknown) => {
          if ((error as Error).name !== "PreconditionFailed") {
            throw error;
          }
          return 0;
        });
    }
    return signed;
  }

  public async putObject(Bucket: string, Key: string, Body = "{}"): Promise<void> {
    await this.stage.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  /** What a runbook says, and the credentials of the role that Systems Manager takes for it. */
  private async runbook<Inputs>(Name: string): Promise<Runbook<Inputs>> {
    const { clients, endpoint } = this.stage;
    const { Content = "" } = await clients.ssm.send(new GetDocumentCommand({ Name }));
    const document = JSON.parse(Content) as Document<Inputs>;
    const { sts } = clientsOf(endpoint, PLACE, "ssm.amazonaws.com");
    const { Credentials: taken } = await sts.send(
      new AssumeRoleCommand({ RoleArn: document.assumeRole, RoleSessionName: "rehearsal" }),
    );
    return {
      ...document,
      credentials: {
        accessKeyId: taken?.AccessKeyId ?? "",
        secretAccessKey: taken?.SecretAccessKey ?? "",
        sessionToken: taken?.SessionToken ?? "",
      },
    };
  }
}
