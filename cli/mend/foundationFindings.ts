import { parseArn } from "../../components/aws/arn";
import { kindOf } from "../../stacks/adoption";
import { belongings, type Owned, type OwningStack } from "../../stacks/ownership";
import { OWNER_TAG } from "../../components/tags";
import type { EngineState } from "./engineState";
import { type Finding, pendingFindings } from "./findings";

/** An audit or a member stack as the engine and AWS have it. */
export interface FoundationToMend extends Omit<EngineState, "isGuarded"> {
  readonly of: OwningStack;

  /** What AWS lists with the stack's tag. */
  readonly made: readonly Owned[];
}

/** What is left to do about an audit or a member stack. Nothing of it is ever deleted here: all of it outlives rooms. */
export function foundationFindings({
  of,
  made,
  resources,
  pending,
}: FoundationToMend): readonly Finding[] {
  const { forgotten, beside } = belongings(made, resources);
  const up = `pulumi up --stack ${of.stack}`;
  const named = (found: Owned) =>
    forgotten.filter(({ type, name }) => type === found.type && name === found.name);
  return [
    ...forgotten
      .filter((found) => named(found).length === 1)
      .map((found) => ({
        what: `AWS has ${spoken(found)}, and the state does not: the next up takes it on`,
        commands: [up],
      })),
    ...forgotten
      .filter((found) => named(found).length > 1 && named(found)[0] === found)
      .map((found) => ({
        what: `${kindOf(found.type)} ${found.name} is there ${named(found).length} times, and the state has none of them. Look which one is in use; the other is this stack's no more once its tag is taken`,
        commands: named(found).map(({ arn }) => untag(arn)),
      })),
    ...beside.map((found) => ({
      what: `Beside what the state has AWS lists ${spoken(found)}: made twice, or gone and listed for a while still. Where it is there, have it deleted; what you keep is this stack's no more once its tag is taken`,
      commands: [untag(found.arn)],
    })),
    ...pendingFindings({ stack: of.stack, state: resources, pending }, () => false, up),
  ];
}

function spoken({ type, name, id }: Owned): string {
  return `${kindOf(type)} ${name} ${id}`;
}

function untag(arn: string): string {
  const region = parseArn(arn).region || "us-east-1";
  return `aws resourcegroupstaggingapi untag-resources --region ${region} --resource-arn-list ${arn} --tag-keys ${OWNER_TAG}`;
}
