import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { assumedBy, forThisAccount } from "../policies/document";
import { Case } from "../case";
import { CASE_POLICY_NAME, CASE_ROLE_PATH } from "../names";
import { TOOLBOX_DIGEST_TAG, type Tags } from "../tags";

/** Sizes of a machine. */
export interface MachineSizes {
  /** EC2 instance type. */
  readonly instanceType: string;

  /** Size of the root volume, in GiB. */
  readonly rootVolumeGiB: number;
}

/** A machine beside the first. */
export interface FurtherMachineArgs extends MachineSizes {
  /** What it is called in the room. */
  readonly name: string;
}

/** A machine that is declared. */
export interface Machine {
  /** `i-…`. */
  readonly instanceId: pulumi.Output<string>;
  readonly privateAddress: pulumi.Output<string>;

  /** The image it was really started from, `ami-…`. */
  readonly amiId: pulumi.Output<string>;
}

/** Inputs to {@link Workstation}. */
export interface WorkstationArgs extends MachineSizes {
  readonly ticket: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Forensics image, `ami-…`. */
  readonly amiId: string;

  /** SHA-256 of the list of what the image carries; a tag of the machine. */
  readonly toolboxDigest: string;

  /** The slot's subnet. */
  readonly subnetId: string;
  readonly securityGroupId: pulumi.Input<string>;

  /** ARN of the incident's key, which encrypts the root volume. */
  readonly keyArn: pulumi.Input<string>;

  /** What the workstation's role may do. */
  readonly policy: aws.iam.PolicyDocument;

  /** ARN of the permissions boundary of that role. */
  readonly boundaryArn: string;

  /** What the image's tools need to know of the room, as a JSON object; readable on the machine. */
  readonly roomFacts: Readonly<Record<string, string>>;

  /** Whether there is a machine: a room that never got one is closed without. */
  readonly machine: boolean;

  /** The machines beside it: of the same image, role and group. */
  readonly further: readonly FurtherMachineArgs[];

  /** Whether the room is open: then the workstation is not replaced, restarted or destroyed. */
  readonly open: boolean;
  readonly tags: Tags;
}

const FURTHER = /^machine-(.+)-instance$/;

/** Logical name of a machine beside the first. */
function furtherMachineName(name: string): string {
  return `machine-${name}-instance`;
}

/** What the machine with this logical name is called in its room, where it is one beside the first. */
export function furtherMachineNamed(logicalName: string): string | undefined {
  return FURTHER.exec(logicalName)?.[1];
}

/**
 * The investigator's machine: no key pair, no public address, reached by Session Manager only. What a room has
 * of them beside the first works as the same role, whose credentials are worth nothing on another machine.
 */
export class Workstation extends pulumi.ComponentResource {
  /** `i-…`; undefined, like what follows of it, where there is no machine. */
  public readonly instanceId: pulumi.Output<string> | undefined;
  public readonly privateAddress: pulumi.Output<string> | undefined;

  /** By name, the machines beside it. */
  public readonly further: ReadonlyMap<string, Machine>;

  /** Its one network interface, `eni-…`. */
  public readonly networkInterfaceId: pulumi.Output<string> | undefined;

  /** The image the machine was really started from, `ami-…`. */
  public readonly amiId: pulumi.Output<string> | undefined;

  /** ARN of the workstation's role. */
  public readonly roleArn: pulumi.Output<string>;

  /** Whether EC2 has every machine terminated when it is asked to: its own protection is off, or there is no machine. */
  public readonly released: Promise<boolean>;

  /** What the machine works as, with all it may do: these are there before it. */
  public readonly identity: readonly pulumi.Resource[];

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the workstation.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: WorkstationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:room:Workstation", name, {}, opts);
    const { open, tags } = args;
    const { workstationRole } = new Case(args.ticket);

    // Names by which what an interrupted deployment made is found again; rooms that were opened before had
    // names of chance, and keep them.
    const ofItsName = { parent: this, protect: open, ignoreChanges: ["name"] };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: workstationRole,
        path: CASE_ROLE_PATH,
        permissionsBoundary: args.boundaryArn,
        description: `Forensics workstation of ${args.ticket}`,
        assumeRolePolicy: assumedBy("ec2.amazonaws.com", forThisAccount(args.accountId)),
        tags,
      },
      ofItsName,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { name: CASE_POLICY_NAME, role: role.id, policy: JSON.stringify(args.policy) },
      ofItsName,
    );
    const profile = new aws.iam.InstanceProfile(
      `${name}-profile`,
      { name: workstationRole, path: CASE_ROLE_PATH, role: role.name, tags },
      ofItsName,
    );

    const start = (logicalName: string, nameTag: string, sizes: MachineSizes) =>
      this.start(logicalName, nameTag, { ...args, ...sizes }, profile, policy);
    const instance = args.machine ? start(`${name}-instance`, name, args) : undefined;
    const further = args.further.map((each) => {
      const nameTag = new Case(args.ticket).workstationNamed(each.name);
      return [each.name, start(furtherMachineName(each.name), nameTag, each)] as const;
    });
    this.released = Promise.all(
      [instance, ...further.map(([, machine]) => machine)].map((machine) =>
        machine === undefined ? Promise.resolve(true) : isReleased(machine),
      ),
    ).then((each) => each.every(Boolean));
    this.further = new Map(
      further.map(([called, { id, privateIp, ami }]) => [
        called,
        { instanceId: id, privateAddress: privateIp, amiId: ami },
      ]),
    );
    this.instanceId = instance?.id;
    this.privateAddress = instance?.privateIp;
    this.networkInterfaceId = instance?.primaryNetworkInterfaceId;
    this.amiId = instance?.ami;
    this.roleArn = role.arn;
    this.identity = [policy, profile];
    this.registerOutputs({ instanceId: this.instanceId, privateAddress: this.privateAddress });
  }

  /** Starts a machine. */
  private start(
    logicalName: string,
    nameTag: string,
    args: WorkstationArgs,
    profile: aws.iam.InstanceProfile,
    policy: aws.iam.RolePolicy,
  ): aws.ec2.Instance {
    const { open, tags, keyArn } = args;
    return new aws.ec2.Instance(
      logicalName,
      {
        ami: args.amiId,
        instanceType: args.instanceType,
        subnetId: args.subnetId,
        vpcSecurityGroupIds: [args.securityGroupId],
        associatePublicIpAddress: false,
        iamInstanceProfile: profile.name,
        // Against the console and the CLI; Pulumi's own protection is lifted at the same time.
        disableApiTermination: open,
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
        },
        rootBlockDevice: {
          encrypted: true,
          kmsKeyId: keyArn,
          volumeType: "gp3",
          volumeSize: args.rootVolumeGiB,
          deleteOnTermination: true,
          tags: { ...tags, Name: `${nameTag}-root` },
        },
        // In base64, as EC2 keeps it: some providers compare plain text with its hash.
        userDataBase64: roomFactsUserData(args.roomFacts),
        tags: { ...tags, Name: nameTag, [TOOLBOX_DIGEST_TAG]: args.toolboxDigest },
      },
      {
        parent: this,
        protect: open,
        // The role has to be able to do its work when the machine first asks.
        dependsOn: [policy],
        // A change of any of these would replace, resize or restart a machine that is at work.
        ignoreChanges: [
          "ami",
          "associatePublicIpAddress",
          "instanceType",
          "rootBlockDevice.encrypted",
          "rootBlockDevice.kmsKeyId",
          "rootBlockDevice.volumeSize",
          "rootBlockDevice.volumeType",
          "subnetId",
          "userDataBase64",
        ],
      },
    );
  }
}

/** What a preview does not know is never told; that the machine is declared is. */
function isReleased({ disableApiTermination, urn }: aws.ec2.Instance): Promise<boolean> {
  return new Promise((resolve) => {
    disableApiTermination.apply((isProtected) => resolve(!isProtected));
    urn.apply(() => setImmediate(() => resolve(false)));
  });
}

/** Cloud-init user data that writes `/etc/clean-room/room.json`, in base64. */
function roomFactsUserData(facts: Readonly<Record<string, string>>): string {
  const file = {
    path: "/etc/clean-room/room.json",
    permissions: "0444",
    content: `${JSON.stringify(facts)}\n`,
  };
  // JSON is YAML, so the values need no quoting rules of their own.
  const text = `#cloud-config\n${JSON.stringify({ write_files: [file] })}\n`;
  return Buffer.from(text).toString("base64");
}
