import { DescribeImagesCommand, type Image } from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { Command } from "commander";

import { failureOf } from "../../components/aws/failure";
import { AMI_PARAMETER } from "../../components/names";
import { Refusal } from "../../components/refusal";
import { asText } from "../../settings";
import { awsCredentials } from "../../stacks/awsCredentials";
import { refuseLookUp } from "../awsRefusals";
import { requireLogin } from "../login";
import { memberFacts } from "../open/memberFacts";
import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { findFoundation } from "../room/foundationOfRooms";
import { isOnPath } from "../room/programOnPath";
import { projectConfig } from "../room/projectConfig";
import { findSlotClaims } from "../room/slotClaims";
import type { RoomAws } from "../room/roomAws";
import { READING, type Surroundings, surroundings } from "../room/surroundings";
import {
  checkBackend,
  checkFoundation,
  checkImage,
  checkMember,
  checkPrograms,
  checkRole,
  checkSlots,
  type Finding,
} from "./checks";

/** Nothing here looks at these. */
const NOT_LOOKED_AT: Finding = {
  verdict: "know",
  said: "Not looked at here: whether the foundation is as it was deployed (pulumi preview --stack audit --refresh), quotas, and what each role's policies allow.",
};

/** Reads the command line. */
export function doctorCommand(around: Surroundings, has: (program: string) => boolean): Command {
  const { output } = around;
  const command = new Command("doctor")
    .description(
      "Looks on a quiet day at what an incident will need, in the real account, and changes nothing. Ends with 1 where something is to be mended.",
    )
    .option("--audit-stack <name>", "the foundation's stack")
    .action(async () => {
      const { auditStack } = command.opts<{ auditStack?: string }>();
      const findings = await look(auditStack);
      const words = { good: "ok  ", mend: "MEND", know: "note" };
      findings.forEach(({ verdict, said }) => {
        output.say(`${words[verdict]}  ${said}`);
        output.tell({ verdict, said });
      });
      const toMend = findings.filter(({ verdict }) => verdict === "mend").length;
      output.say(toMend === 0 ? "Ready." : `${toMend} to mend.`);
      if (toMend > 0) {
        process.exitCode = 1;
      }
    });
  return command;

  async function look(auditStack: string | undefined): Promise<readonly Finding[]> {
    const stacks = await around.stacks(READING);
    const workspace = await stacks.workspace();
    const project = projectConfig(await workspace.projectSettings());
    const stack = auditStack ?? (project["clean-room:auditStack"] as string | undefined) ?? "audit";
    const foundation = await findFoundation(stack, workspace);
    const { region, accountId } = foundation;
    const config = Object.entries({ ...foundation.config, ...project });
    const ofAws = Object.fromEntries(config.filter(([key]) => key.startsWith("aws:")));
    const aws = around.aws({ region, credentials: awsCredentials(asText(ofAws)) });
    await requireLogin(aws.sts, accountId);
    const outputs = await workspace.stackOutputs(stack);
    const values = Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]),
    );
    const { url } = await workspace.whoAmI();
    const { Arn = "" } = await aws.sts.send(new GetCallerIdentityCommand({}));
    const members = (await stacks.list()).flatMap(
      ({ name }) => /^member-(\d{12})$/.exec(name)?.[1] ?? [],
    );
    return [
      ...checkPrograms(has),
      checkBackend(url ?? ""),
      ...checkFoundation(values),
      checkRole(Arn, (values["incidentDeployers"] as readonly string[] | undefined) ?? []),
      ...(await orRefused(async () => [
        checkSlots(foundation.slots.length, (await findSlotClaims(aws.ssm)).length),
      ])),
      ...(await orRefused(async () =>
        checkImage(await findImage(aws), values["toolboxDigest"] as string | undefined, new Date()),
      )),
      ...(
        await Promise.all(
          members.map((account) =>
            orRefused(async () => [
              checkMember(
                account,
                memberFacts(await workspace.stackOutputs(`member-${account}`), region),
                region,
              ),
            ]),
          ),
        )
      ).flat(),
      ...(members.length === 0
        ? [
            {
              verdict: "mend" as const,
              said: "No member account is prepared: docs/member-accounts.md.",
            },
          ]
        : []),
      NOT_LOOKED_AT,
    ];
  }
}

/** What a look-up found; where it is refused, that: what else there is to mend is told all the same. */
export async function orRefused(
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const said = error instanceof Refusal ? error.reasons : [reasonOf(error)];
    return said.map((each) => ({ verdict: "mend", said: each }));
  }
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
