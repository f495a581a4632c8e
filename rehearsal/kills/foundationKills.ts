import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { RESPONDER_ROLE_NAME } from "../../components/names";
import { OWNER_TAG } from "../../components/tags";
import type { Entry } from "../account/account";
import { endpointsOf } from "../account/accountEndpoints";
import { answerThisProcess } from "../account/awsEndpoint";
import { ADMINISTRATOR_ACCESS } from "../account/keyAccess";
import type { OutOfBand } from "../account/outOfBand";
import { auditFile, FOUNDATION_DEPLOYER, INCIDENT_DEPLOYER, memberFile } from "../cast";
import type { Deployment } from "../deployment";
import type { RehearsedStack } from "../rehearsedStack";
import { outputsIn, resourcesIn, stateFile } from "../stackState";
import { nameFor } from "../../stacks/ownership";
import { AUDIT_ACCOUNT, MEMBER_ACCOUNT, REGION } from "../accounts";
import type { Stage } from "../stage";
import { shuffled, randomNumbers } from "./killPoints";
import { wrongIn } from "./remains";

/** How an audit or a member stack ended to which something had happened. */
export interface FoundationOutcome {
  readonly stack: string;

  /** What, in words. */
  readonly what: string;

  /** Whether it did happen. */
  readonly happened: boolean;

  /** What did not end well; none where it did. */
  readonly wrong: readonly string[];
}

const KEY = "aws:kms/key:Key";

/** A stack that outlives rooms, on a stage of its own. */
interface KilledStack {
  readonly stage: Stage;
  readonly stack: RehearsedStack;

  /** What happens in its account without Pulumi. */
  readonly outside: OutOfBand;
}

/**
 * Kills the `up` of an audit stack and of a member stack, again and again, each time between AWS's making something of
 * another type and its answer; goes on with the same command. Then loses its state, and rebuilds it; and has it be
 * one of an earlier version, whose resources carry no tag of the stack's.
 *
 * @param bare A stage with nothing.
 * @param foundation A stage with the audit stack; it stays as it is.
 * @param seed The same seed draws the same types.
 * @param kills How often each stack is killed.
 */
export async function killFoundations(
  bare: Stage,
  foundation: Stage,
  seed: number,
  kills: number,
): Promise<readonly FoundationOutcome[]> {
  const random = randomNumbers(seed);
  const drawn = (types: readonly string[]) =>
    shuffled([...new Set(types)].sort(), random).slice(0, kills);
  const ofAudit = resourcesIn(foundation, "audit").map(({ type }) => type);
  const outcomes = [
    await untold(await auditOn(bare.copy())),
    ...(await killed(await auditOn(bare.copy()), drawn(ofAudit.filter(isOfAws)))),
  ];

  const usual = await memberOn(foundation.copy());
  const ofMember = await withAnswers(usual.stage, async () => {
    await usual.stack.up();
    return resourcesIn(usual.stage, usual.stack.name).map(({ type }) => type);
  });
  usual.stage.clear();
  return [
    ...outcomes,
    ...(await killed(await memberOn(foundation.copy()), drawn(ofMember.filter(isOfAws)))),
  ];
}

const THROTTLED =
  "reading IAM Instance Profile: operation error IAM: GetInstanceProfile, https response error StatusCode: 400, api error Throttling: Rate exceeded";

/** AWS takes no more requests while it is asked what it has of the stack: one sentence says so, and nothing is made. */
async function untold({ stage, stack, outside }: KilledStack): Promise<FoundationOutcome> {
  try {
    return await withAnswers(stage, async () => {
      await outside.have({
        refusedLookUps: { "aws:iam/getInstanceProfile:getInstanceProfile": THROTTLED },
      });
      const { succeeded, problems } = await stack.preview();
      const said = problems.join("\n");
      const isSaid = /could not be looked up\. AWS takes no more requests/.test(said);
      return {
        stack: stack.name,
        what: "AWS did not tell what is there",
        happened: !succeeded,
        wrong: [
          ...(isSaid && !/^\s+at .*:\d+/m.test(said) ? [] : [`it says: ${said}`]),
          ...madeBy(stage, stack).map(({ id }) => `made all the same: ${id}`),
        ],
      };
    });
  } finally {
    stage.clear();
  }
}

function isOfAws(type: string): boolean {
  return type.startsWith("aws:");
}

async function auditOn(stage: Stage): Promise<KilledStack> {
  await stage.outside.setRole(FOUNDATION_DEPLOYER, [ADMINISTRATOR_ACCESS]);
  return { stage, stack: await stage.stack("audit", auditFile()), outside: stage.outside };
}

async function memberOn(stage: Stage): Promise<KilledStack> {
  // Rooms have one of nobody's; this stack makes it.
  await stage.outsideMember.removeRole(RESPONDER_ROLE_NAME);
  const vpcs = await Promise.all(
    ["10.20.0.0/16", "10.21.0.0/16"].map((cidr) => stage.outsideMember.addVpc(cidr)),
  );
  const stack = await stage.stack(`member-${MEMBER_ACCOUNT}`, memberFile(vpcs));
  const { slots, transferKeyArn } = outputsIn(stage, "audit");
  stack.configure({
    "clean-room:workstationCidrs": (slots as { cidr: string }[]).map(({ cidr }) => cidr),
    "clean-room:transferKeyArns": [transferKeyArn],
    "clean-room:transferKey": "on",
    "clean-room:incidentDeployers": [`arn:aws:iam::${AUDIT_ACCOUNT}:role/${INCIDENT_DEPLOYER}`],
  });
  return { stage, stack, outside: stage.outsideMember };
}

/** Deploys it, killed once for each type; then loses its state, and takes the stack's tag from it. */
async function killed(
  { stage, stack, outside }: KilledStack,
  types: readonly string[],
): Promise<FoundationOutcome[]> {
  for (const type of types) {
    await outside.plan({ effect: "killed", act: "create", type, stack: stack.name, number: 1 });
  }
  try {
    return await withAnswers(stage, async () => {
      let up = await again(stage, stack);
      for (let more = types.length; up?.succeeded !== true && more > 0; more -= 1) {
        up = await again(stage, stack);
      }
      const wrong = [...failureOf(up), ...(await wrongWith(stage, stack))];
      const struck = stage.struck().map(({ type }) => type);
      const ofNone = wrong.filter((each) => types.every((type) => !each.includes(type)));
      const name = stack.name;
      return [
        ...types.map((type) => ({
          stack: name,
          what: `killed once AWS had made ${type}`,
          happened: struck.includes(type),
          wrong: [...wrong.filter((each) => each.includes(type)), ...ofNone],
        })),
        { stack: name, what: "state lost", happened: true, wrong: await loseState(stage, stack) },
        {
          stack: name,
          what: "made by an earlier version",
          happened: true,
          wrong: await upgrade(stage, stack),
        },
        // With the names of chance that an earlier version's have: an alias of such a name is its key's one and only.
        {
          stack: name,
          what: "destroyed, and deployed again",
          happened: true,
          wrong: await makeAgain(stage, stack),
        },
      ];
    });
  } finally {
    stage.clear();
  }
}

/** The stack's state is thrown away, and rebuilt as docs/interrupted.md says. @returns what is wrong then. */
async function loseState(stage: Stage, stack: RehearsedStack): Promise<string[]> {
  const file = join(stage.project, `Pulumi.${stack.name}.yaml`);
  const settings = readFileSync(file, "utf8");
  const before = madeBy(stage, stack).map(({ type, id }) => `${type} ${id}`);
  await stack.cli("stack", "rm", "--force", "--yes", "--remove-backups");
  await stage.run(["stack", "init", stack.name]);
  writeFileSync(file, settings);
  const told = await stack.mend();
  const up = await stack.up();
  return [
    ...(told.code === 1 ? [] : [`mend tells of nothing: ${told.said.join(" | ")}`]),
    ...failureOf(up),
    ...madeBy(stage, stack)
      .map(({ type, id }) => `${type} ${id}`)
      .filter((each) => !before.includes(each))
      .map((each) => `made again: ${each}`),
    ...(await wrongWith(stage, stack)),
  ];
}

/** The next `up` gives what an earlier version made, under names of chance, the stack's tag, and does nothing else. */
async function upgrade(stage: Stage, stack: RehearsedStack): Promise<string[]> {
  const accountId = String(stack.setting("clean-room:accountId"));
  const own = nameFor({ stack: stack.name, region: REGION, accountId }, "any type", "");
  const asBefore = (text: string) =>
    text.replaceAll(TAG_IN_STATE, "").replaceAll(own, NAME_OF_CHANCE);
  const state = stateFile(stage, stack.name);
  writeFileSync(state, asBefore(readFileSync(state, "utf8")));
  rmSync(`${state}.attrs`, { force: true });
  for (const store of [stage.account, stage.memberAccount]) {
    await store.change((account) => {
      Object.assign(account.state, JSON.parse(asBefore(JSON.stringify(account.state))));
    });
  }
  const up = await stack.up();
  return [
    ...failureOf(up),
    ...(up.changes.length === 0 ? ["it was given no tag"] : []),
    ...up.changes
      .filter(({ op }) => op !== "update")
      .map(({ op, type, name }) => `an upgrade is to add a tag, and did: ${op} ${type} ${name}`),
    ...(await wrongWith(stage, stack)),
  ];
}

/** Where a key has another number of aliases than one. */
function aliasesOf(made: readonly Entry[]): string[] {
  const aliases = made.filter(({ type }) => type === "aws:kms/alias:Alias");
  return made
    .filter(({ type, state }) => type === KEY && state === "Enabled")
    .map(({ id }) => aliases.filter(({ properties }) => properties["targetKeyId"] === id))
    .filter(({ length }) => length > 1)
    .map((some) => `one key has ${some.map(({ id }) => id).join(" and ")}`);
}

/** The stack is destroyed by hand, and deployed again: what is retained is taken on. @returns what is wrong then. */
async function makeAgain(stage: Stage, stack: RehearsedStack): Promise<string[]> {
  await stack.cli("state", "unprotect", "--all", "--yes");
  const destroyed = await stack.destroyWithoutPreview();
  const retained = madeBy(stage, stack).map(({ type, id }) => `${type} ${id}`);
  const up = await stack.up();
  const known = resourcesIn(stage, stack.name).map(({ type, id }) => `${type} ${id}`);
  return [
    ...(destroyed.succeeded ? [] : [`pulumi destroy: ${destroyed.problems.join(" | ")}`]),
    ...failureOf(up),
    ...retained
      .filter((each) => !each.startsWith(KEY) && !known.includes(each))
      .map((each) => `retained, and not taken on: ${each}`),
    ...aliasesOf(madeBy(stage, stack)),
    ...(await wrongWith(stage, stack)),
  ];
}

/** What a name ended with that the engine gave. */
const NAME_OF_CHANCE = "-0123abc";

/** The stack's tag in a state's file, with the comma before or behind it. */
const TAG_IN_STATE = new RegExp(
  `,\\s*"${OWNER_TAG}":\\s*"[^"]*"|"${OWNER_TAG}":\\s*"[^"]*"\\s*,?`,
  "g",
);

/** What AWS has of a stack. */
function madeBy(stage: Stage, { name }: RehearsedStack): Entry[] {
  return [stage.account, stage.memberAccount].flatMap((store) =>
    store
      .read()
      .state.entries.filter(({ urn }) => urn?.startsWith(`urn:pulumi:${name}::`) === true),
  );
}

function failureOf(up: Deployment | undefined): string[] {
  return up?.succeeded === true ? [] : [`pulumi up: ${up?.problems.join(" | ") ?? "no end"}`];
}

/** What is there twice, or unknown to the engine, and what `npx clean-room mend` has left to do. */
async function wrongWith(stage: Stage, stack: RehearsedStack): Promise<string[]> {
  const { code, said } = await stack.mend("--yes");
  return [
    ...wrongIn(madeBy(stage, stack), resourcesIn(stage, stack.name)),
    ...(code === 0 ? [] : [`mend: ${said.join(" | ")}`]),
  ];
}

/** One `up`, after what docs/interrupted.md says; undefined where it was killed and left the state torn. */
async function again(stage: Stage, stack: RehearsedStack): Promise<Deployment | undefined> {
  rmSync(`${stateFile(stage, stack.name)}.attrs`, { force: true });
  [stage.account, stage.memberAccount].forEach((store) => store.removeLock());
  await stage.run(["cancel", "--yes", "--stack", stack.name]);
  // The lock of a killed one cannot be taken away while a file beside the state is torn.
  return stack.up().catch(() => undefined);
}

/** AWS's SDK in this process asks the stage's accounts meanwhile. */
async function withAnswers<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  const end = await answerThisProcess(endpointsOf(stage, FOUNDATION_DEPLOYER));
  try {
    return await work();
  } finally {
    end();
  }
}
