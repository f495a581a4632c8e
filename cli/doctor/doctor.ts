import {
  DescribeImagesCommand,
  DescribeVpcEndpointsCommand,
  type Image,
} from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { Command } from "commander";

import { failureOf } from "../../components/aws/failure";
import { freeCopyPlaces } from "../../components/evidence/copies/copyLimits";
import { AMI_PARAMETER } from "../../components/names";
import { Refusal } from "../../components/refusal";
import { refuseLookUp } from "../awsRefusals";
import { type MemberFacts, memberFacts } from "../open/memberFacts";
import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { type FoundationHere, findFoundationHere } from "../room/foundationHere";
import { projectConfig } from "../room/projectConfig";
import { isOnPath } from "../room/programOnPath";
import { findSlotClaims } from "../room/slotClaims";
import type { RoomAws } from "../room/roomAws";
import { type Surroundings, surroundings } from "../room/surroundings";
import {
  checkBackend,
  checkCopyPlaces,
  checkEndpoints,
  checkFoundation,
  checkImage,
  checkMember,
  checkPrograms,
  checkRole,
  checkSlots,
  checkVersions,
  type Finding,
} from "./checks";
import { deployerActs } from "./deployerActs";
import { checkDrift } from "./drift";
import { findIamQuotas } from "./iamQuotas";
import { findMemberCopies } from "./memberCopies";
import { findPreparedMembers } from "./preparedMembers";
import { findQuotas } from "./quotas";
import { simulateDeployer } from "./simulatedDeployers";

/** What stands in front of each finding. */
const WORDS = { good: "ok  ", mend: "MEND", unknown: "????", know: "note" };

/** Reads the command line. */
export function doctorCommand(around: Surroundings, has: (program: string) => boolean): Command {
  const { output } = around;
  const command = new Command("doctor")
    .description(
      "Looks on a quiet day at what an incident will need, in the real account, and changes nothing. A line for each thing: ok, MEND with what to do, ???? where it could not be looked at, note for what nobody has to do anything about. Ends with 1 where something is to be mended, and where --drift was asked for and could not be looked at.",
    )
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--drift", "preview the foundation as AWS has it by now, too: a minute or two")
    .action(async () => {
      const { auditStack, drift } = command.opts<{ auditStack?: string; drift?: true }>();
      const here = await findFoundationHere(auditStack, around);
      const looked = await look(here, around.aws, has);
      const drifted = drift === true ? await orRefused(() => lookForDrift(here, output)) : [];
      const findings = [...looked, ...(drift === true ? drifted : [DRIFT_NOT_LOOKED_AT])];
      findings.forEach(({ verdict, said }) => {
        output.say(`${WORDS[verdict]}  ${said}`);
        output.tell({ verdict, said });
      });
      const { said, isGood } = conclusion(looked, drifted);
      output.say(said);
      if (!isGood) {
        process.exitCode = 1;
      }
    });
  return command;
}

/**
 * The last line. Nothing is ready that was not seen; of the drift, which is asked for by itself, a look that failed is told
 * to whoever reads the exit code alone, such as the workflow of each night.
 *
 * @param drifted What the look for drift found; none where it was not asked for.
 */
export function conclusion(
  looked: readonly Finding[],
  drifted: readonly Finding[],
): { readonly said: string; readonly isGood: boolean } {
  const all = [...looked, ...drifted];
  const count = (wanted: Finding["verdict"]) =>
    all.filter(({ verdict }) => verdict === wanted).length;
  const toMend = count("mend");
  const unseen = count("unknown");
  const notSeen = unseen === 0 ? "" : ` ${unseen} could not be looked at: see the lines with ????.`;
  return {
    said:
      toMend > 0
        ? `${toMend} to mend.${notSeen}`
        : unseen > 0
          ? `Nothing to mend in what was looked at.${notSeen}`
          : "Ready.",
    isGood: toMend === 0 && drifted.every(({ verdict }) => verdict !== "unknown"),
  };
}

const DRIFT_NOT_LOOKED_AT: Finding = {
  verdict: "unknown",
  said: "Whether AWS has the foundation as it was deployed was not looked at: npx clean-room doctor --drift.",
};

async function look(
  { stacks, workspace, foundation, outputs, aws }: FoundationHere,
  clients: Surroundings["aws"],
  has: (program: string) => boolean,
): Promise<readonly Finding[]> {
  const { region } = foundation;
  const text = (name: string) => outputs[name] as string | undefined;
  const { url } = await workspace.whoAmI();
  const project = projectConfig(await workspace.projectSettings());
  const { Arn = "" } = await aws.sts.send(new GetCallerIdentityCommand({}));
  const deployers = (outputs["incidentDeployers"] as readonly string[] | undefined) ?? [];
  const acts = deployerActs(foundation, {
    slot: foundation.slots[0]?.name ?? "none",
    vaultBucket: foundation.vaultBucket,
    boundaryArn: text("boundaryArn") ?? "",
  });
  const members = await findPreparedMembers(() => stacks.list());
  const asked = new Map<string, Promise<MemberFacts | undefined>>();
  const factsOf = (account: string) => {
    const facts =
      asked.get(account) ??
      workspace.stackOutputs(`member-${account}`).then((outputs) => memberFacts(outputs, region));
    asked.set(account, facts);
    return facts;
  };
  // Each by itself: what one may not look at hides no other.
  const looks: (() => Promise<readonly Finding[]>)[] = [
    async () => checkVersions(await versions({ stacks, workspace })),
    async () => [checkSlots(foundation.slots.length, (await findSlotClaims(aws.ssm)).length)],
    async () => checkImage(await findImage(aws), text("toolboxDigest"), new Date()),
    () => findEndpoints(aws, foundation, text("vpcId") ?? ""),
    async () => [checkCopyPlaces(await freeCopyPlaces(aws.ec2), region)],
    () => findQuotas(aws, { ...foundation, vpcId: text("vpcId") ?? "" }, project),
    () => findIamQuotas(aws.iam, foundation.accountId),
    ...deployers.map((role) => async () => [await simulateDeployer(aws.iam, role, acts)]),
    ...members.accounts.map((account) => async () => [
      checkMember(account, await factsOf(account), region),
    ]),
    async () => {
      // What could not be read of one is told beside it.
      const facts = await Promise.allSettled(members.accounts.map(factsOf));
      const known = facts.flatMap((each) =>
        each.status === "fulfilled" && each.value !== undefined ? [each.value] : [],
      );
      return findMemberCopies(known, aws.sts, clients, region);
    },
  ];
  return [
    ...checkPrograms(has),
    checkBackend(url ?? ""),
    ...checkFoundation(outputs),
    checkRole(Arn, deployers, text("previewRoleArn")),
    ...(await Promise.all(looks.map(orRefused))).flat(),
    ...members.findings,
  ];
}

/** What a look-up found; where it is refused, that: what else there is to mend is told all the same. */
export async function orRefused(
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const said = error instanceof Refusal ? error.reasons : [reasonOf(error)];
    return said.map((each) => ({ verdict: "unknown", said: each }));
  }
}

async function versions({ stacks, workspace }: Pick<FoundationHere, "stacks" | "workspace">) {
  const plugins = await workspace.listPlugins();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- JSON of a package
  const { version: wanted } = require("@pulumi/aws/package.json") as { version: string };
  return {
    pulumi: stacks.version,
    wanted,
    installed: plugins.flatMap(({ name, kind, version }) =>
      name === "aws" && kind === "resource" && version !== undefined ? [version] : [],
    ),
  };
}

async function findEndpoints(
  { ec2 }: Pick<RoomAws, "ec2">,
  { slots }: Pick<FoundationHere["foundation"], "slots">,
  vpcId: string,
): Promise<Finding[]> {
  const { VpcEndpoints = [] } = await ec2
    .send(new DescribeVpcEndpointsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }))
    .catch(refuseLookUp("The endpoints of the rooms' VPC"));
  return checkEndpoints(
    VpcEndpoints.map(({ ServiceName = "", State = "", SubnetIds = [] }) => ({
      service: ServiceName,
      state: State,
      subnets: SubnetIds.length,
    })),
    new Set(slots.map(({ availabilityZone }) => availabilityZone)).size,
  );
}

async function lookForDrift(
  { stacks, foundation }: FoundationHere,
  output: Output,
): Promise<readonly Finding[]> {
  const { stack } = foundation;
  const { steps, reasons } = await stacks.run("preview", stack, output, { refresh: true });
  return reasons.length === 0
    ? checkDrift(stack, steps)
    : reasons.map((reason) => ({
        verdict: "unknown",
        said: `The foundation could not be previewed: ${reason}`,
      }));
}

/** The image that is published; undefined where AWS says that there is none. */
async function findImage({ ec2, ssm }: Pick<RoomAws, "ec2" | "ssm">): Promise<Image | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: AMI_PARAMETER }));
    const { Images = [] } = await ec2.send(
      new DescribeImagesCommand({ Owners: ["self"], ImageIds: [Parameter?.Value ?? ""] }),
    );
    return Images[0];
  } catch (error) {
    return failureOf(error) === "absent" ? undefined : refuseLookUp("The image")(error);
  }
}

/** The subcommand, as it is called. */
export function doctor(output: Output): Command {
  return doctorCommand(surroundings(output), (program) => isOnPath(program));
}
