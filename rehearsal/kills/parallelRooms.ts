import { endpointsOf } from "../account/accountEndpoints";
import { INCIDENT_DEPLOYER } from "../cast";
import { commandProcess } from "../commandProcess";
import type { Stage } from "../stage";
import { type EngineProcess, roomEnvironment } from "./engineProcess";
import { randomNumbers, shuffled } from "./killPoints";
import { SUSPECT } from "./lifeByCommand";

/** Rooms that are worked on at the same time: each takes 500 MiB of memory for its engine, program and provider. */
const AT_A_TIME = 4;

/** vCPUs of a room's workstation, which is an r6i.xlarge. */
const VCPUS = 4;

/** What became of the rooms. */
export interface ParallelRooms {
  readonly opened: number;
  readonly closed: number;

  /** What is wrong; nothing where all went well. */
  readonly wrong: readonly string[];
}

/**
 * Opens rooms side by side, each by `npx clean-room open` in a process of its own and in whatever slot is free then, and closes
 * them in another order.
 *
 * @param stage One with an audit stack that has a slot for each; they are opened on it.
 * @param language Folder of the executable by which the engine runs the program.
 * @param seed Which order they are closed in.
 */
export async function openSideBySide(
  stage: Stage,
  language: string,
  rooms: number,
  seed: number,
): Promise<ParallelRooms> {
  // What AWS gives to an account is enough for eight: who wants more has it raised before.
  await stage.outside.have({ vcpuQuota: rooms * VCPUS });
  const aws = await endpointsOf(stage, INCIDENT_DEPLOYER);
  const environment = roomEnvironment(stage, aws, language);
  const running = new Set<EngineProcess>();
  const wrong: string[] = [];
  const all = async (tickets: readonly string[], act: string, ...args: string[]) => {
    const waiting = [...tickets];
    let well = 0;
    const work = async () => {
      for (let ticket = waiting.shift(); ticket !== undefined; ticket = waiting.shift()) {
        const command = commandProcess(stage, environment, [act, ticket, ...args, "--yes"]);
        running.add(command);
        const { succeeded, output } = await command.ended;
        running.delete(command);
        well += succeeded ? 1 : 0;
        wrong.push(...(succeeded ? [] : [`${act} ${ticket}: ${output.trim()}`]));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    return well;
  };
  try {
    const tickets = Array.from({ length: rooms }, (_, index) => `INC-2026-${3001 + index}`);
    const opened = await all(tickets, "open", ...SUSPECT);
    wrong.push(...sharedSlots(stage, rooms));
    const closed = await all(shuffled(tickets, randomNumbers(seed)), "close");
    return { opened, closed, wrong: [...wrong, ...leftOver(stage, tickets)] };
  } finally {
    running.forEach((command) => command.kill());
    aws.end();
  }
}

/** Each room has a claim and a machine of its own, in a subnet of its own. */
function sharedSlots(stage: Stage, rooms: number): string[] {
  const machines = stage.account
    .read()
    .ofType("aws:ec2/instance:Instance")
    .map(({ properties }) => properties["subnetId"]);
  const subnets = new Set(machines).size;
  return [
    ...(machines.length === rooms ? [] : [`${machines.length} machines of ${rooms} rooms`]),
    ...(subnets === machines.length ? [] : [`${machines.length} machines in ${subnets} subnets`]),
  ];
}

/** What carries a ticket, and is neither a record nor a key that ends. */
function leftOver(stage: Stage, tickets: readonly string[]): string[] {
  const tags = new Set(tickets.map((ticket) => `quarantine:${ticket}`));
  return stage.account
    .read()
    .state.entries.filter(
      (entry) =>
        tags.has(entry.tags["incident-response"] ?? "") &&
        !entry.type.startsWith("aws:s3/bucketObject") &&
        entry.state !== "PendingDeletion",
    )
    .map(({ type, id }) => `left: ${type} ${id}`);
}
