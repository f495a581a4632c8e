import assert from "node:assert/strict";

import { arnOf, type Deployment, idOf, type Registration } from "../support/deployment";
import {
  deployWholeFoundation,
  deployWholeMember,
  deployWholeRoom,
  wholeFoundation,
  wholeMember,
  wholeRoom,
} from "../support/wholeStacks";
import { Turns } from "./turns";

/**
 * What waits for something that it does not use, as `<resource> waits for <resource>`. A child is registered after its
 * component, and that after all of its inputs: one of them that a child does not use keeps it waiting.
 */
function idleWaits(registrations: readonly Registration[]): string[] {
  const all = new Map(registrations.map((each) => [each.urn, each]));
  const uses = reaches(registrations, ({ after }) => after);
  const ancestors = (urn: string): Registration[] => {
    const parent = all.get(all.get(urn)?.parent ?? "");
    return parent === undefined ? [] : [parent, ...ancestors(parent.urn)];
  };
  return registrations
    .filter(({ custom }) => custom)
    .flatMap(({ urn }) => {
      const own = uses(urn);
      const waits = new Set(ancestors(urn).flatMap(({ after }) => after));
      return [...waits]
        .filter((each) => !own.has(each))
        .map((each) => `${nameOf(urn)} waits for ${nameOf(each)}`);
    })
    .sort();
}

/** By URN, what a resource needs, and what that needs in turn. */
function reaches(
  registrations: readonly Registration[],
  needs: (one: Registration) => readonly string[],
): (urn: string) => ReadonlySet<string> {
  const all = new Map(registrations.map((each) => [each.urn, each]));
  const reached = new Map<string, ReadonlySet<string>>();
  const of = (urn: string): ReadonlySet<string> => {
    const known = reached.get(urn);
    if (known !== undefined) {
      return known;
    }
    const one = all.get(urn);
    const found = new Set((one ? needs(one) : []).flatMap((each) => [each, ...of(each)]));
    reached.set(urn, found);
    return found;
  };
  return of;
}

/** What waits for something that no input of it is made of. */
function orderedWaits(registrations: readonly Registration[]): [waits: string, for_: string][] {
  const madeOf = ({ madeOf }: Registration) => Object.values(madeOf).flat();
  const uses = reaches(registrations, madeOf);
  return registrations
    .filter(({ custom }) => custom)
    .flatMap((one) =>
      one.after
        .filter((each) => !uses(one.urn).has(each))
        .map((each): [string, string] => [nameOf(one.urn), nameOf(each)]),
    );
}

/** What is made of something that no input of it shows a value of. */
function unreadMakers({ registrations, resources }: Deployment): [waits: string, for_: string][] {
  const declared = new Map(resources.map((each) => [`${each.type}::${each.name}`, each]));
  return registrations.flatMap(({ urn, madeOf }) => {
    const inputs = declared.get(askedAs(urn))?.inputs ?? {};
    return [...new Set(Object.values(madeOf).flat())]
      .filter((maker) => {
        const fields = Object.keys(madeOf).filter((field) => madeOf[field]?.includes(maker));
        const shown = JSON.stringify(fields.map((field) => inputs[field]));
        const name = nameOf(maker);
        const given = declared.get(askedAs(maker))?.inputs["name"];
        // Ids and names as the mocks make them or it was given, and the one id that all VPCs' lists have there.
        const marks = [idOf(name), arnOf(name), `${name}-`, ...stringsIn(given), "acl-0123456789"];
        return !marks.some((mark) => mark.length > 5 && shown.includes(mark));
      })
      .map((maker): [string, string] => [nameOf(urn), nameOf(maker)]);
  });
}

function stringsIn(value: unknown): string[] {
  return typeof value === "string"
    ? [value]
    : Object.values(value ?? {}).flatMap((inner) => stringsIn(inner));
}

/** The same resource as AWS is asked for it. */
function askedAs(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.split("$").at(-1)}::${name}`;
}

/**
 * What really waited for something that it does not depend on, where all is made one after the other.
 *
 * @param deployed Deploys, and has each resource made once `held` is kept.
 */
async function idleTurns(
  deployed: (course: { held: Turns["held"] }) => Promise<Deployment>,
  next: "first" | "last",
): Promise<string[]> {
  const turns = new Turns(next);
  const { registrations } = await turns.run(deployed({ held: turns.held }));
  const uses = reaches(registrations, ({ after }) => after);
  const urns = new Map(registrations.map(({ urn }) => [askedAs(urn), urn]));
  const waits = turns.asked.filter(({ resource, madeLast }) => {
    const [own, other] = [resource, madeLast].map((each) => urns.get(each ?? "") ?? "");
    return madeLast !== undefined && !uses(own ?? "").has(other ?? "");
  });
  return waits.map(({ resource, madeLast }) => `${resource} waits for ${madeLast}`);
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** What waits for something that it is not made of: whose names, for whose, and why. */
const ORDERED: readonly (readonly [waits: RegExp, for_: RegExp, why: string])[] = [
  [/./, /^slot-claim$/, "who loses the race for a slot has made nothing"],
  [/^incident-key$/, /-(policy|profile)$/, "IAM spreads the role's policy before its machine asks"],
  [/-instance$/, /-policy$/, "its agent, refused once, would sleep for half an hour"],
  [/-preserved$/, /^incident-key$/, "a room with copies and without its key could not be closed"],
  [
    /^(opening|room)-record$/,
    /^(workstation-(endpoints|s3|capture|encase|lime)|case-|transfer-grant-)/,
    "no record says of a rule, a role or a grant that it is there before it is",
  ],
  [/-public-access$/, /-ownership$/, "S3 refuses changes of a bucket that come at once"],
  [/^vault-(lock|unfinished-uploads)$/, /-versioning$/, "S3 takes them of a versioned bucket"],
  [
    /^vault(-access-logs|-events-logs)?-policy$/,
    /^vault-(lock|encryption|unfinished-uploads|logging|ownership|public-access|notification)|-logs-(versioning|logging|ownership|public-access)$/,
    "it denies what these have to do still",
  ],
  [/^vault-logging$/, /^vault-access-logs-policy$/, "S3 asks whether it may deliver there"],
  [/^vault-events-trail$/, /^vault-events-logs-policy$/, "so does CloudTrail"],
  [/^vault-notification$/, /^vault-(hold|signing)-/, "an event that nothing waits for is lost"],
  [
    /^(snapshot-lock|vault-hold|vault-signing|containment-findings)(-unfit)?-target$/,
    /-(runbook|runbook-policy|starter-policy)$/,
    "an event that comes before would be spent on a failure",
  ],
  [
    /^runbook-alarm-.*target$/,
    /-topic-policy$/,
    "EventBridge may publish before there is an event",
  ],
  [/-flow-log$/, /-flow-log-writing$/, "EC2 asks whether the role may write"],
  [/^session-document/, /^session-log/, "a session is recorded into a log that is there"],
  [/^internet-block$/, /^internet-builder$/, "a build that runs meanwhile goes on"],
  [/^image-retention$/, /^image-lifecycle-policy$/, "it begins with what its role may do"],
  [/^image-pipeline$/, /^image-log$/, "a build would make the log itself, without its key"],
  [
    /^link-capture-session-/,
    /^link-(capture-share-|accepter$)/,
    "EC2 mirrors to a target that is shared, and in a VPC that is peered",
  ],
  [/^containment-runbook-/, /^containment-policy$/, "it is not there to be run without its rights"],
  [/^acquisition-runbook-/, /^acquisition-policy$/, "it is not there to be run without its rights"],
];

/** What is made of something that it shows nothing of: whose names, of whose, and why. */
const UNREAD: typeof ORDERED = [
  [
    /^incident-deployer-(room|evidence)$/,
    /^(vault-bucket|keys-evidence|keys-transfer|forensics-vpc|case-boundary|snapshot-lock-runbook-role)$/,
    "the parts of what an incident deployer may are one function of the foundation, and nothing waits for them",
  ],
  [
    /^vault-events-logs-logging$/,
    /^vault-access-logs-policy$/,
    "S3 asks whether it may deliver there",
  ],
  [/^link-(to|from)-/, /^link-accepter$/, "routes take a connection that is accepted"],
  [/-attachment-record$/, /-attachment$/, "no record says of a disk that it is there before it is"],
];

const STACKS = {
  "the foundation": [wholeFoundation, deployWholeFoundation],
  "a member account": [wholeMember, deployWholeMember],
  "a room with evidence": [wholeRoom, deployWholeRoom],
} as const;

describe("Nothing waits for what it does not use", () => {
  for (const [what, [whole, deployed]] of Object.entries(STACKS)) {
    it(`of ${what}`, async () => {
      const { registrations } = await whole();
      assert.deepEqual(idleWaits(registrations), []);
    });

    for (const next of ["first", "last"] as const) {
      it(`of ${what}, where what was asked for ${next} is made next`, async () => {
        assert.deepEqual(await idleTurns(deployed, next), []);
      });
    }
  }

  for (const [what, reasons, waitsOf] of [
    ["an order", ORDERED, ({ registrations }: Deployment) => orderedWaits(registrations)],
    ["what it shows nothing of", UNREAD, unreadMakers],
  ] as const) {
    it(`but where ${what} has its reason`, async () => {
      const waits: (readonly [string, string])[] = [];
      for (const [whole] of Object.values(STACKS)) {
        waits.push(...waitsOf(await whole()));
      }
      const reasonOf = ([one, other]: readonly [string, string]) =>
        reasons.findIndex(([waiting, for_]) => waiting.test(one) && for_.test(other));
      assert.deepEqual(
        waits.filter((each) => reasonOf(each) < 0).map((each) => each.join(" waits for ")),
        [],
      );
      const needed = new Set(waits.map(reasonOf));
      assert.deepEqual(
        reasons.filter((_, index) => !needed.has(index)),
        [],
        "nothing waits so any more",
      );
    });
  }
});
