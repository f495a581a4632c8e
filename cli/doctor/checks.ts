import type { Image } from "@aws-sdk/client-ec2";
import { z } from "zod";

import { MOST_COPIES } from "../../components/evidence/copies/copyLimits";
import { worksAs } from "../../components/aws/callerRole";
import { TOOLBOX_DIGEST_TAG } from "../../components/tags";
import { FOUNDATION } from "../../stacks/foundation";
import type { MemberFacts } from "../open/memberFacts";

/** What was looked at, and what was found. */
export interface Finding {
  /**
   * `good`; `mend`, before an incident needs it; `unknown`, what could not be looked at; `know`, what nobody has to do
   * anything about.
   */
  readonly verdict: "good" | "mend" | "unknown" | "know";

  /** A sentence; where there is something to mend with the command. */
  readonly said: string;
}

/** An image that is older than this misses a quarter's updates, in days. */
const OLD = 90;

const DAY = 86_400_000;

/** Programs beside this one, and what each is for. */
const PROGRAMS: Readonly<Record<string, string>> = {
  aws: "the AWS CLI, for connect, logs and handover",
  "session-manager-plugin": "the AWS CLI's Session Manager plugin, for connect",
};

/** Whether the programs that an incident needs are there. */
export function checkPrograms(has: (program: string) => boolean): Finding[] {
  return Object.entries(PROGRAMS).map(([program, what]) =>
    has(program)
      ? { verdict: "good", said: `${program} is on the PATH.` }
      : { verdict: "mend", said: `${program} is not on the PATH: install ${what}.` },
  );
}

/** What the CLI and its plugin are. */
export interface Versions {
  /** Of the CLI, such as `3.259.0`. */
  readonly pulumi: string | undefined;

  /** Of the AWS provider that the program asks for. */
  readonly wanted: string;

  /** Of the AWS provider's plugins that are installed. */
  readonly installed: readonly string[];
}

/** Whether the engine and its provider are there, in the versions that the program asks for. */
export function checkVersions({ pulumi, wanted, installed }: Versions): Finding[] {
  const others = installed.length === 0 ? "" : `, only ${installed.join(", ")}`;
  return [
    pulumi === undefined
      ? { verdict: "unknown", said: "The Pulumi CLI does not say its version: pulumi version." }
      : { verdict: "good", said: `The Pulumi CLI is ${pulumi}.` },
    installed.includes(wanted)
      ? { verdict: "good", said: `The AWS provider's plugin is installed, ${wanted}.` }
      : {
          verdict: "mend",
          said: `The AWS provider's plugin ${wanted} is not installed${others}: pulumi plugin install resource aws ${wanted}, before a night without a network.`,
        },
  ];
}

/** An endpoint of the rooms' VPC. */
export interface Endpoint {
  /** As AWS names it, `com.amazonaws.us-east-1.ssm`. */
  readonly service: string;

  /** As AWS says it, `available`; in whichever spelling. */
  readonly state: string;

  /** How many subnets it has an address in; a gateway endpoint has none. */
  readonly subnets: number;
}

/** What a room cannot do without: logging in, its recording, and S3. */
const NEEDED = ["ssm", "ssmmessages", "logs", "s3"];

/** Whether rooms would reach what they need. @param zones How many Availability Zones have slots */
export function checkEndpoints(endpoints: readonly Endpoint[], zones: number): Finding[] {
  const nameOf = ({ service }: Endpoint) => service.split(".").at(-1);
  const lacking = NEEDED.filter((name) => !endpoints.some((each) => nameOf(each) === name));
  const wrong = endpoints.filter(
    ({ state, subnets }) => state.toLowerCase() !== "available" || (subnets > 0 && subnets < zones),
  );
  const heal = "pulumi up --refresh on the audit stack puts it right.";
  return lacking.length === 0 && wrong.length === 0
    ? [{ verdict: "good", said: `${endpoints.length} endpoints of the rooms are available.` }]
    : [
        ...lacking.map((name) => ({
          verdict: "mend" as const,
          said: `Rooms have no endpoint of ${name}: ${heal}`,
        })),
        ...wrong.map(({ service, state, subnets }) => ({
          verdict: "mend" as const,
          said: `The endpoint of ${service} is ${state}, in ${subnets} of ${zones} zones: ${heal}`,
        })),
      ];
}

/**
 * How many copies of snapshots could be begun now.
 *
 * @param free Undefined where AWS does not tell.
 */
export function checkCopyPlaces(free: number | undefined, region: string): Finding {
  return free === undefined
    ? {
        verdict: "unknown",
        said: `How many copies of snapshots are under way in ${region} AWS does not tell.`,
      }
    : {
        verdict: free > 0 ? "good" : "know",
        said: `Of the ${MOST_COPIES} copies that EBS makes at a time in ${region}, ${free} could be begun now; nobody raises that.`,
      };
}

/** Where state is kept. @param url As `pulumi whoami` says it */
export function checkBackend(url: string): Finding {
  return url.startsWith("file:")
    ? {
        verdict: "mend",
        said: `State is kept in a folder of this machine, ${url}: nobody else can go on with a room. Take Pulumi Cloud, or S3 with versions: docs/interrupted.md.`,
      }
    : { verdict: "good", said: `State is kept in ${url}.` };
}

/** What the audit stack puts out, beside what this program needs of it. */
export function checkFoundation(outputs: Readonly<Record<string, unknown>>): Finding[] {
  const { error, data } = z.object(FOUNDATION).safeParse(outputs);
  if (error !== undefined) {
    const missing = [...new Set(error.issues.map(({ path }) => String(path[0])))];
    return [
      {
        verdict: "mend",
        said: `The foundation was deployed by another version of this program (${missing.join(", ")}): pulumi up on it, before the next room.`,
      },
    ];
  }
  return [
    {
      verdict: "good",
      said: `The foundation fits this program, version ${data.foundationVersion} of its outputs.`,
    },
    data.vaultTrial
      ? {
          verdict: "mend",
          said: "The vault is on trial: what is put there can be deleted soon. For evidence: mode, days and no trial in the audit stack.",
        }
      : { verdict: "good", said: `The vault locks for ${data.vaultDays} days, ${data.vaultMode}.` },
    ...(data.subscriptionsToMend ?? []).map((said) => ({ verdict: "mend" as const, said })),
  ];
}

/**
 * Whether who asks may open rooms.
 *
 * @param arn As STS names the caller.
 * @param previewRoleArn The role of workflows, which only looks.
 */
export function checkRole(
  arn: string,
  incidentDeployers: readonly string[],
  previewRoleArn?: string,
): Finding {
  if (previewRoleArn !== undefined && worksAs({ arn }, [previewRoleArn])) {
    return { verdict: "know", said: `You work as ${arn}, which looks for workflows.` };
  }
  return worksAs({ arn }, incidentDeployers)
    ? { verdict: "good", said: `You work as ${arn}, which may open rooms.` }
    : {
        verdict: "mend",
        said: `You work as ${arn}, which may not open rooms: take one of ${incidentDeployers.join(", ")}.`,
      };
}

/** Whether a room would find a place. */
export function checkSlots(all: number, taken: number): Finding {
  return taken < all
    ? { verdict: "good", said: `${all - taken} of ${all} slots are free.` }
    : {
        verdict: "mend",
        said: `None of ${all} slots is free: close rooms, or raise slotsPerZone of the audit stack.`,
      };
}

/** The image that the next room would start from. */
export function checkImage(
  image: Image | undefined,
  digest: string | undefined,
  now: Date,
): Finding[] {
  const build = "npx clean-room image build";
  if (image === undefined) {
    return [
      { verdict: "mend", said: `There is no forensics image: ${build}, which takes an hour.` },
    ];
  }
  const { ImageId = "", CreationDate = "" } = image;
  const days = Math.floor((now.getTime() - new Date(CreationDate).getTime()) / DAY);
  const carried = image.Tags?.find(({ Key }) => Key === TOOLBOX_DIGEST_TAG)?.Value;
  return [
    days > OLD
      ? { verdict: "mend", said: `The image ${ImageId} is ${days} days old: ${build}.` }
      : { verdict: "good", said: `The image ${ImageId} is ${days} days old.` },
    ...(digest !== undefined && carried !== digest
      ? [
          {
            verdict: "mend" as const,
            said: `The image ${ImageId} carries another toolbox than the foundation's pipeline builds by now: ${build}.`,
          },
        ]
      : []),
  ];
}

/** Whether a member account is ready. @param facts Its stack's outputs; undefined where it was not deployed to its end */
export function checkMember(
  account: string,
  facts: MemberFacts | undefined,
  region: string,
): Finding {
  const only = `npx clean-room members up --only ${account}`;
  if (facts === undefined) {
    return { verdict: "mend", said: `${account} is not prepared to its end: ${only}.` };
  }
  return facts.groups.length === 0
    ? {
        verdict: "mend",
        said: `${account} has no isolation security group in ${region}: name its VPCs in the accounts file, then ${only}.`,
      }
    : {
        verdict: "good",
        said: `${account} is prepared, with ${facts.groups.length} isolation security groups in ${region}.`,
      };
}
