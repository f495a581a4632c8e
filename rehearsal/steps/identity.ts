import type { AccountStore } from "../account/accountStore";
import { OutOfBand } from "../account/outOfBand";
import type { Cast } from "../cast";
import { expect, expectNoChanges, expectRefusal, expectSuccess } from "../expectations";
import type { RehearsedStack } from "../rehearsedStack";
import type { Observation, Step } from "../story";

/** The words of the provider and of AWS, as of the AWS SDK for Go. */
const DENIED =
  "reading SSM Parameter: operation error SSM: GetParameter, https response error StatusCode: 400, RequestID: 0, api error AccessDeniedException: User is not authorized to perform: ssm:GetParameter";
const THROTTLED =
  "reading EBS Snapshots: operation error EC2: DescribeSnapshots, exceeded maximum number of attempts, 25, https response error StatusCode: 503, RequestID: 0, api error RequestLimitExceeded: Request limit exceeded.";

/** Whoever deploys is asked to log in first. */
function logInFirst(
  part: Step["part"],
  stackOf: (cast: Cast) => RehearsedStack,
  accountOf: (cast: Cast) => AccountStore = ({ stage }) => stage.account,
): Step {
  return {
    part,
    name: `deploy ${part === "audit" ? "the audit" : part === "member" ? "a member" : "an incident's"} stack without a login`,
    expected: "refused in one sentence, nothing looked up",
    run: (cast) =>
      withCredentials(accountOf(cast), 0, async () => {
        const preview = await stackOf(cast).preview();
        expectRefusal(preview, [/does not tell who you are.*Log in first.*ExpiredToken/s], "it");
        expectOneReason(preview.problems);
        return { result: "refused" };
      }),
  };
}

/** The step before there is a foundation: an administrator is no foundation deployer. */
export const BEFORE_THE_FOUNDATION: readonly Step[] = [
  logInFirst("audit", ({ audit }) => audit),
  {
    part: "audit",
    name: "deploy the audit stack as an administrator",
    expected: "refused before anything is made",
    run: async ({ audit }) => {
      const up = await audit.up({ as: "administrator" });
      expectRefusal(up, [/administrator.* is none of clean-room:foundationDeployers/], "it");
      expect(up.changes.length === 0, "something was made");
      return { result: "refused" };
    },
  },
];

/** The step of a member account that is prepared already. */
export const OF_A_MEMBER: readonly Step[] = [
  logInFirst(
    "member",
    ({ member }) => member,
    ({ stage }) => stage.memberAccount,
  ),
];

/** The steps while two rooms are open. */
export const IN_OPEN_ROOMS: readonly Step[] = [
  logInFirst("incident", ({ room }) => room.stack),
  {
    part: "incident",
    name: "open a room while AWS denies one look-up and throttles another",
    expected: "both told as such, nothing said to be missing",
    run: async ({ latecomer, stage }) => {
      await stage.outside.have({
        refusedLookUps: {
          "aws:ssm/getParameter:getParameter": DENIED,
          "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": THROTTLED,
        },
      });
      const preview = await latecomer.stack.preview();
      await stage.outside.have({ refusedLookUps: undefined });
      const denied = /could not be looked up\. AWS denies it.*AccessDeniedException/;
      expectRefusal(preview, [denied], "it");
      // What a type is good for holds nothing up where AWS does not tell it.
      const throttled = /could not be looked up\. AWS takes no more requests.*RequestLimitExceeded/;
      expect(
        preview.warnings.some((warning) => throttled.test(warning)),
        `it does not tell what was throttled: ${preview.warnings.join("\n")}`,
      );
      const said = [...preview.problems, ...preview.warnings].join("\n");
      expect(!/npx clean-room image |no forensics image/.test(said), `it gives advice: ${said}`);
      return { result: "one refused, one told" };
    },
  },
  {
    part: "incident",
    name: "change a room while the credentials end in the middle",
    expected: "one sentence; later AWS's words; then completed",
    run: endInTheMiddle,
  },
];

/** They end among the look-ups, then among what is made; with new ones the next `up` completes. */
async function endInTheMiddle({ neighbour, stage }: Cast): Promise<Observation> {
  const { stack } = neighbour;
  const tools = stack.setting("clean-room:tools") as string[];
  stack.configure({ "clean-room:tools": [...tools, "ssh"] });

  const plenty = 1_000;
  const lookUps = await withCredentials(stage.account, plenty, async () => {
    expectSuccess(await stack.preview(), "a preview");
    return plenty - (stage.account.read().state.callsLeft ?? 0);
  });
  for (const callsLeft of [1, Math.ceil(lookUps / 2)]) {
    const preview = await withCredentials(stage.account, callsLeft, () => stack.preview());
    expectRefusal(preview, [/The credentials ended.*Log in first.*ExpiredToken/s], "it");
    expectOneReason(preview.problems);
  }
  const up = await withCredentials(stage.account, lookUps + 1, () => stack.up());
  expectRefusal(up, [/ExpiredToken/], "it");

  const again = await stack.up();
  expectSuccess(again, "the next up");
  expectNoChanges(await stack.preview(), "after that");
  return {
    result: `refused 3 times, then ${again.changes.length} changes`,
    changes: again.changes,
  };
}

/** Runs `work` with credentials that are good for so many calls. */
async function withCredentials<T>(
  account: AccountStore,
  callsLeft: number,
  work: () => Promise<T>,
): Promise<T> {
  const outside = new OutOfBand(account);
  await outside.have({ callsLeft });
  try {
    return await work();
  } finally {
    await outside.have({ callsLeft: undefined });
  }
}

function expectOneReason(problems: readonly string[]): void {
  // The engine may report the program's one error more than once.
  const reasons = [...new Set(problems)].join("\n").match(/^\s+- /gm) ?? [];
  expect(reasons.length === 1, `it gives ${reasons.length} reasons: ${problems.join("\n")}`);
}
