import { containCommand } from "../../cli/contain/contain";
import { RECORDS } from "../../components/containment/containmentNames";
import { Automation } from "../account/automation";
import { containedMachines } from "../account/containedMachines";
import { AUDIT_ACCOUNT, MEMBER_ACCOUNT, REGION } from "../accounts";
import { type Cast, INCIDENT_DEPLOYER, OTHER_REGION } from "../cast";
import { expect, expectNoChanges, expectSuccess } from "../expectations";
import { surroundingsOf } from "../roomCommands";
import { runCommand } from "../runCommand";
import type { Step } from "../story";
import { attachDeployerPolicies } from "./deployers";

const TICKET = "INC-2026-0075";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";

/** A machine of the member account. */
interface Suspect {
  /** As the command is told of it. */
  readonly named: string;
  readonly instanceId: string;
  readonly interfaceId: string;

  /** The isolation group of its VPC. */
  readonly isolation: string;
}

const suspectsOf = new WeakMap<Cast, readonly Suspect[]>();

/** Instances of a member account are contained from the Audit account, by the command. */
export const CONTAINMENT: readonly Step[] = [
  {
    part: "incident",
    name: "npx clean-room contain, of an account that is not prepared for it",
    expected: "refused, each time with what is missing, until it is there; nothing changed",
    needed: true,
    run: async (cast) => {
      const { audit, member, stage } = cast;
      await withVpcAbroad(cast);
      const suspects = await Promise.all([0, 1].map((index) => suspectIn(cast, index)));
      suspectsOf.set(cast, suspects);
      const before = groups(cast);
      const named = suspects.map((each) => each.named);
      const refusal = await contain(cast, ...named, "--yes").then(
        ({ said }) => said.join("\n"),
        (error: Error) => error.message,
      );
      expect(/is none that the audit stack's containmentAccounts names/.test(refusal), refusal);
      audit.configure({
        "clean-room:containmentAccounts": [MEMBER_ACCOUNT],
        "clean-room:containmentFindings": ["Backdoor:EC2/*"],
      });
      expectSuccess(
        await audit.up({ policies: true }),
        "the audit stack with an account to contain",
      );
      expectNoChanges(await audit.up(), "the same again");
      await attachDeployerPolicies(cast, INCIDENT_DEPLOYER);
      const unprepared = await contain(cast, ...named, "--yes");
      const text = unprepared.said.join("\n");
      expect(/NOTHING IS KNOWN TO BE DONE: Failed to assume/.test(text), text);
      expect(unprepared.code === 1, `it ended with ${unprepared.code}`);
      member.configure({ "clean-room:containment": "on" });
      expectSuccess(
        await member.up({ policies: true }),
        "the member account's stack with a runbook",
      );
      expectNoChanges(await member.up(), "the same again");
      expect(groups(cast) === before, "something was changed");
      return { result: `refused twice, then possible in ${stage.name}` };
    },
  },
  {
    part: "incident",
    name: "npx clean-room contain: observe, contain, contain again, roll back two instances in two Regions",
    expected: "in one call; nothing changed, isolated, the same, as before",
    needed: true,
    run: async (cast) => {
      const suspects = suspectsOf.get(cast) ?? [];
      const named = suspects.map((each) => each.named);
      const before = groups(cast);
      const run = async (...options: readonly string[]) => {
        const { said, code } = await contain(cast, ...named, ...options);
        expect(code === 0, said.join("\n"));
        return said.join("\n");
      };
      const observed = await run("--observe");
      expect(/end the connections of eni-/.test(observed), observed);
      expect(groups(cast) === before, "observing changed something");
      const contained = await run("--yes");
      const told = [
        /: recorded how it was, tagged, .*isolated/,
        /^2 of 2 done/m,
        /^To put back: /m,
      ];
      told.forEach((each) => expect(each.test(contained), contained));
      for (const { interfaceId, isolation, instanceId } of suspects) {
        expect(groupsOf(cast, interfaceId) === isolation, `${interfaceId} is not isolated`);
        expect(isRecorded(cast, instanceId), `${instanceId} is not recorded`);
      }
      const after = groups(cast);
      expect(!/recorded how it was/.test(await run("--yes")), "it was recorded again");
      expect(groups(cast) === after, "containing again changed something");
      const back = await run("--yes", "--roll-back");
      expect(/put back\n {4}eni-\w+ is in sg-/.test(back), back);
      expect(groups(cast) === before, "it is not as it was");
      expect(!suspects.some((each) => isRecorded(cast, each.instanceId)), "a record is left");
      return { result: "observed, contained twice, rolled back" };
    },
  },
];

/** Runs the command, as who opens rooms; nobody can be asked. */
function contain({ stage }: Cast, ...args: readonly string[]) {
  let now = Date.now();
  const automation = new Automation(containedMachines(stage), () => now, 30_000);
  return runCommand(
    (output) => {
      const around = surroundingsOf(stage, output);
      return containCommand({
        ...around,
        aws: (config) => ({
          ...around.aws(config),
          ssm: automation.client({ accountId: AUDIT_ACCOUNT, region: config.region }),
        }),
        ssmIn: (place) => automation.client(place),
        wait: () => {
          now += 10_000;
          return Promise.resolve();
        },
      });
    },
    ...[TICKET, ...args],
  );
}

/** The member account's second Region, which an earlier step may have taken away. */
async function withVpcAbroad({ member, stage }: Cast): Promise<void> {
  const vpcs = member.setting("clean-room:vpcs") as { readonly region?: string }[];
  if (!vpcs.some(({ region }) => region === OTHER_REGION)) {
    const vpcId = await stage.network("10.23.0.0/16");
    member.configure({ "clean-room:vpcs": [...vpcs, { vpcId, region: OTHER_REGION }] });
    expectSuccess(await member.up({ policies: true }), "a VPC of another Region");
  }
}

async function suspectIn({ stage, member }: Cast, index: number): Promise<Suspect> {
  const outputs = await member.outputs();
  const all = outputs["isolationSecurityGroups"] as {
    readonly vpcId: string;
    readonly region: string;
    readonly securityGroup: string;
  }[];
  const { vpcId, region, securityGroup } = all[index] ?? {
    vpcId: "",
    region: REGION,
    securityGroup: "",
  };
  const outside = stage.outsideMember;
  const web = await outside.addGroup(vpcId, "web");
  const range = `10.2${index}.77.0/24`;
  const { interfaceId, instanceId } = await outside.addSuspect(vpcId, range, `10.2${index}.77.7`, [
    web,
  ]);
  return {
    named: `${MEMBER_ACCOUNT}/${region}/${instanceId}`,
    instanceId,
    interfaceId,
    isolation: securityGroup.split("/")[1] ?? "",
  };
}

/** The groups of every interface of the member account. */
function groups({ stage }: Cast): string {
  return JSON.stringify(
    stage.memberAccount
      .read()
      .ofType(INTERFACE)
      .map(({ id, properties }) => [id, properties["securityGroups"]]),
  );
}

function groupsOf({ stage }: Cast, interfaceId: string): string {
  const found = stage.memberAccount.read().find(INTERFACE, interfaceId);
  return String(found?.properties["securityGroups"]);
}

function isRecorded({ stage }: Cast, instanceId: string): boolean {
  const name = `${RECORDS}${instanceId}`;
  return stage.memberAccount.read().find("aws:ssm/parameter:Parameter", name) !== undefined;
}
