import { AsyncResource } from "node:async_hooks";

import { EC2Client } from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseArn } from "../components/aws/arn";
import { lookUpFailure } from "../components/aws/failure";
import { type Check, Refusal } from "../components/refusal";
import { OWNER_TAG } from "../components/tags";
import type { AuditSettings, MemberSettings } from "../settings/parseSettings";
import { checkOnce, kindOf } from "./adoption";
import { compare, type Made } from "./comparison";
import { checkNoEarlier } from "./earlierFoundation";
import { sayWhoseItIs } from "./nameConflicts";
import { ifThere } from "./ifThere";
import { byName, type Props } from "./foundByName";
import { GROUP, KEY } from "./madeForRoom";
import { checkClosedGroups } from "./openGroups";
import {
  belongings,
  madeBy,
  NAMED_BY,
  nameFor,
  type Owned,
  ownerTag,
  type OwningStack,
  regionsOf,
  type Tagged,
} from "./ownership";
import { sdkSettings } from "./sdkSettings";
import { NOTHING_CHANGED, refuseFor } from "./settleAll";
import { readStateResources, type StateResource } from "./stateResources";

/**
 * Has everything that an audit or a member stack declares from now on carry a tag by which it is found again, and has
 * the engine take on what AWS has of it and the state has not: an earlier `up` was killed in between, or the state was
 * lost. What is there under a name that the program needs, and is not this stack's, is left alone and told.
 *
 * Call it before the first resource is declared.
 *
 * @throws Refusal where something is there more than once, or AWS does not tell.
 */
export async function findAgain(settings: AuditSettings | MemberSettings): Promise<void> {
  const of = { ...settings, stack: pulumi.getStack() };
  const [state, ...tagged] = await Promise.all([
    readStateResources(),
    ...regionsOf(settings).map((region) => findTagged(of, region)),
  ]);
  // IAM's and other global things are listed in more than one Region.
  const each = new Map(tagged.flat().map((found) => [found.arn, found]));
  const { forgotten: lacking, beside } = belongings(madeBy(of, [...each.values()]), state);
  const comparison = compare(
    await Promise.all(lacking.map(stays)).then((all) => all.flat()),
    [],
    [],
  );
  if (beside.length > 0) {
    void pulumi.log.warn(
      `Beside what the state has AWS lists ${beside.map(({ type, id }) => `${kindOf(type)} ${id}`).join(", ")}: made twice, or gone since and still listed. What becomes of it: npx clean-room mend --stack ${of.stack}.`,
    );
  }
  const isNew = comparison.forgotten.length === 0 && state.every(({ id }) => id === undefined);
  await refuseFor(NOTHING_CHANGED, [
    checkOnce(comparison, of.stack),
    ...regionsOf(settings).map((region) => checkClosed(lacking, region)),
    ...(isNew ? [checkNoEarlier(of, settings)] : []),
  ]);
  const isInState = isKnownIn(state);
  const forgotten = new Map(
    comparison.forgotten.map((found) => [`${found.type} ${found.name}`, found.id]),
  );
  const there = new Set([...state.flatMap(({ id }) => id ?? []), ...forgotten.values()]);
  const foreign = sayWhoseItIs(of);
  const untold = makeNothingUntold();

  // The engine asks this one for what components of other packages declare, too; it asks from outside of the program,
  // which look-ups have to be made in.
  const transform: pulumi.ResourceTransform = async ({ custom, type, name, props, opts }) => {
    if (!custom || !type.startsWith("aws:")) {
      return undefined;
    }
    const called = ownName(of, type, name, props);
    const declared: Props = {
      ...(props as Props),
      ...called,
      ...ownTags(of, type, name, props),
    };
    // What has a name of chance keeps it.
    const ignoreChanges = [...(opts.ignoreChanges ?? []), ...Object.keys(called)];
    if (isInState({ type, name })) {
      return { props: declared, opts: { ...opts, ignoreChanges } };
    }
    const owner = ownerTag(of, type, name);
    const key = `${type} ${name}`;
    let id: string | undefined;
    try {
      id = forgotten.get(key) ?? (await byName(of, type, name, declared, owner, there));
    } catch (error) {
      untold.reasons.set(key, error as Error);
    }
    if (id === undefined) {
      const { beforeCreate = [], onError = [] } = opts.hooks ?? {};
      const hooks = {
        ...opts.hooks,
        beforeCreate: untold.reasons.has(key) ? [...beforeCreate, untold.hook] : beforeCreate,
        onError: [...onError, foreign],
      };
      return { props: declared, opts: { ...opts, ignoreChanges, hooks } };
    }
    there.add(id);
    void pulumi.log.info(
      `Found again and taken on, not made a second time: ${type} ${id}. The pulumi up that asked for ${name} was interrupted before it had written that down; or the state was lost.`,
    );
    const elsewhere = declared["region"];
    return {
      props: declared,
      opts: {
        ...opts,
        // The provider reads a default of a key that nobody asks for, and would make another key for it.
        ignoreChanges: [...ignoreChanges, ...(type === KEY ? ["keyUsage"] : [])],
        import:
          typeof elsewhere === "string" && elsewhere !== of.region ? `${id}@${elsewhere}` : id,
      },
    };
  };
  pulumi.runtime.registerResourceTransform(AsyncResource.bind(transform));
}

/**
 * Keeps what AWS does not tell about from being made a second time: the engine then says why of that resource. What a
 * transform throws ends the program with a stack that has the whole program in it, which Node.js formats for minutes.
 */
function makeNothingUntold(): {
  readonly reasons: Map<string, Error>;
  readonly hook: pulumi.ResourceHook;
} {
  const reasons = new Map<string, Error>();
  const hook = new pulumi.ResourceHook(
    "aws-tells-what-is-there",
    ({ type, name }) => {
      const reason = reasons.get(`${type} ${name}`);
      if (reason !== undefined) {
        throw reason;
      }
    },
    { onDryRun: true },
  );
  return { reasons, hook };
}

/** Refuses groups of a Region that AWS's first rule opens still; a rule that carries the stack's tag is the stack's own. */
function checkClosed(found: readonly Owned[], region: string): Promise<Check> {
  const groups = found.filter(({ type, arn }) => type === GROUP && parseArn(arn).region === region);
  return checkClosedGroups(
    new EC2Client(sdkSettings(region)),
    groups.map(({ id }) => id),
    region,
    (tags) => tags.some(({ Key }) => Key === OWNER_TAG),
  );
}

/** Whether the engine has something of a type and a logical name. */
function isKnownIn(state: readonly StateResource[]) {
  const inState = new Set(state.map(({ type, name }) => `${type} ${name}`));
  return ({ type, name }: Pick<Made, "type" | "name">) => inState.has(`${type} ${name}`);
}

/** It, unless it is a key that waits for its end: nothing can be done with that. */
async function stays(found: Made): Promise<readonly Made[]> {
  const key = found.type === KEY ? await ifThere(aws.kms.getKey({ keyId: found.id })) : undefined;
  return key?.keyState === "PendingDeletion" ? [] : [found];
}

/**
 * What carries the stack's tag in a Region.
 *
 * Source: Resource Groups Tagging API reference, "Services that support the Resource Groups Tagging API": GetResources
 * tells of every type but IAM's users and roles.
 */
async function findTagged(of: OwningStack, region: string): Promise<Tagged[]> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi
    .getResources({
      tagFilters: [{ key: OWNER_TAG }],
      ...(region === of.region ? {} : { region }),
    })
    .catch((error: unknown) => {
      throw new Refusal("What AWS has of the stack is not known", [
        lookUpFailure(`What carries the tag ${OWNER_TAG} in ${region}`, error),
      ]);
    });
  return resourceTagMappingLists.map(({ resourceArn, tags }) => ({
    arn: resourceArn,
    owner: tags[OWNER_TAG] ?? "",
  }));
}

function ownName(of: OwningStack, type: string, name: string, props: Props): Props {
  const property = NAMED_BY[type];
  return property === undefined || props[property] !== undefined
    ? {}
    : { [property]: nameFor(of, type, name) };
}

function ownTags(of: OwningStack, type: string, name: string, { tags }: Props): Props {
  return typeof tags === "object" && tags !== null && !pulumi.Output.isInstance(tags)
    ? { tags: { ...tags, [OWNER_TAG]: ownerTag(of, type, name) } }
    : {};
}
