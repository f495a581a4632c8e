import { RECORDS } from "../../components/containment/containmentNames";
import type { Account, Entry } from "./account";
import type { AccountStore } from "./accountStore";
import type { AutomationAccounts, PlacedRunbook, PlayedRunbook } from "./automation";
import { ec2Id } from "./identifiers";
import type { MemberAccounts } from "./memberAccounts";

const DOCUMENT = "aws:ssm/document:Document";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
const PARAMETER = "aws:ssm/parameter:Parameter";
const ROLE = "aws:iam/role:Role";
const SNAPSHOT = "aws:ebs/snapshot:Snapshot";

/** What containing does here, by the steps of the runbook; it has more, which its own test plays. */
const CONTAINING = ["record", "tag", "untrack", "isolate", "snapshot", "verify"];

/**
 * Simulated accounts, as Automation works in them: the runbooks that stacks have placed, and of a containment what else
 * there is to see of it: the machine's groups, its record, its tags and its snapshots.
 */
export function containedMachines(accounts: {
  readonly account: AccountStore;
  readonly members: Pick<MemberAccounts, "find">;
}): AutomationAccounts {
  const storeOf = (accountId: string) =>
    accounts.account.read().id === accountId ? accounts.account : accounts.members.find(accountId);
  return {
    runbook: ({ accountId, region }, name) => {
      const account = storeOf(accountId)?.read();
      const found = account
        ?.ofType(DOCUMENT)
        .find(
          ({ properties }) =>
            properties["name"] === name && (properties["region"] ?? account.region) === region,
        );
      if (found === undefined) {
        return undefined;
      }
      const { permissions } = found.properties;
      const { account_ids: accountIds = "" } = (permissions ?? {}) as {
        readonly account_ids?: string;
      };
      const content = JSON.parse(String(found.properties["content"])) as object;
      return { ...(content as PlacedRunbook), sharedWith: accountIds.split(",") };
    },
    hasRole: (accountId, name) =>
      storeOf(accountId)
        ?.read()
        .ofType(ROLE)
        .some(({ arn }) => arn?.endsWith(`:role/${name}`) === true) === true,
    play: async (place, runbook, parameters) => {
      const one = (name: string) => parameters[name]?.[0] ?? "";
      const store = storeOf(place.accountId);
      return store === undefined
        ? failed("look", "there is no such account")
        : store.change((account) => play(account, runbook, one));
    },
  };
}

function play(
  account: Account,
  runbook: PlacedRunbook,
  parameter: (name: string) => string,
): PlayedRunbook {
  const instance = parameter("Instance");
  const ticket = parameter("Ticket");
  const interfaces = account
    .ofType(INTERFACE)
    .filter(({ properties }) => properties["instanceId"] === instance);
  const look = runbook.mainSteps.find(({ name }) => name === "look");
  const payload = look?.inputs["InputPayload"] as { readonly groups: Record<string, string> };
  const record = account.find(PARAMETER, `${RECORDS}${instance}`);
  if (parameter("Act") === "roll-back") {
    return putBack(account, interfaces, record, ticket);
  }
  const [machine] = interfaces;
  if (machine === undefined) {
    return failed("look", `The instance ID '${instance}' does not exist`);
  }
  const group = payload.groups[String(machine.properties["vpcId"])];
  if (group === undefined) {
    return failed("look", `${instance} is in a VPC which has no isolation group`);
  }
  const held = machine.tags["incident-response"] ?? `quarantine:${ticket}`;
  if (held !== `quarantine:${ticket}`) {
    return failed("look", `${instance} is held for ${held}: contain it with that ticket.`);
  }
  const outside = interfaces.filter(({ properties }) => groupsOf(properties).join() !== group);
  const plan = outside.map(
    ({ id }) => `end the connections of ${id}, and leave it in ${group} alone`,
  );
  const outputs = { "look.plan": plan.length > 0 ? plan : ["nothing: it is contained"] };
  if (parameter("Act") === "observe") {
    return { done: ["look", "observed"], outputs };
  }
  if (record === undefined) {
    const value = JSON.stringify({
      ticket,
      interfaces: Object.fromEntries(
        interfaces.map(({ id, properties }) => [id, groupsOf(properties)]),
      ),
    });
    const id = `${RECORDS}${instance}`;
    account.add({
      type: PARAMETER,
      id,
      tags: {},
      state: "available",
      properties: { name: id, value },
    });
    account.add({
      type: SNAPSHOT,
      id: ec2Id("snap"),
      tags: { "incident-response": `quarantine:${ticket}`, "source-instance": instance },
      state: "completed",
      properties: { ownerId: account.id, volumeSize: 8 },
    });
  }
  for (const each of interfaces) {
    each.tags = { ...each.tags, "incident-response": `quarantine:${ticket}` };
    each.properties["securityGroups"] = [group];
  }
  const again = outside.length === 0 ? ["record", "untrack", "isolate", "snapshot"] : [];
  const names = runbook.mainSteps.map(({ name }) => name);
  const done = CONTAINING.filter((step) => names.includes(step) && !again.includes(step));
  return { done: ["look", ...done], outputs };
}

function putBack(
  account: Account,
  interfaces: readonly Entry[],
  record: Entry | undefined,
  ticket: string,
): PlayedRunbook {
  if (record === undefined) {
    return failed("putBack", "It is not contained: there is no record.");
  }
  const kept = JSON.parse(String(record.properties["value"])) as {
    readonly ticket: string;
    readonly interfaces: Readonly<Record<string, string[]>>;
  };
  if (kept.ticket !== ticket) {
    return failed("putBack", `It was contained for ${kept.ticket}: roll it back with that ticket.`);
  }
  for (const each of interfaces) {
    each.properties["securityGroups"] = kept.interfaces[each.id] ?? [];
  }
  account.remove(record);
  const back = interfaces.map(({ id, properties }) => `${id} is in ${groupsOf(properties).join()}`);
  return { done: ["putBack"], outputs: {}, told: { back } };
}

function groupsOf(properties: Entry["properties"]): readonly string[] {
  return properties["securityGroups"] as readonly string[];
}

function failed(step: string, message: string): PlayedRunbook {
  return { done: [], outputs: {}, failed: { step, message } };
}
