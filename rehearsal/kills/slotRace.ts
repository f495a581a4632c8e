import { REGION } from "../accounts";
import { endpointsOf } from "../account/accountEndpoints";
import { INCIDENT_DEPLOYER, roomFile } from "../cast";
import { UnexpectedError } from "../expectations";
import type { RehearsedStack } from "../rehearsedStack";
import { type Stage } from "../stage";
import { type Ended, EngineProcess, roomEnvironment } from "./engineProcess";

/** Commands that are started at the same time; the others wait for these to come as far. */
const AT_A_TIME = 4;

/** How long a command may take to its first change, in milliseconds. */
const MOST_WAIT = 120_000;

/** One ticket in the race. */
interface Racer {
  readonly ticket: string;
  readonly stack: RehearsedStack;
}

/**
 * Has many tickets race for one slot: each has looked, and found it free, before any of them makes anything.
 *
 * @param foundation A stage with the audit stack; it stays as it is.
 * @param language Folder of the executable by which the engine runs the program.
 * @param count How many tickets.
 * @returns what is wrong with how it ended: one has a room, the others have nothing and were told one reason.
 */
export async function raceForOneSlot(
  foundation: Stage,
  language: string,
  count: number,
): Promise<string[]> {
  const stage = foundation.copy();
  const aws = await endpointsOf(stage, INCIDENT_DEPLOYER);
  const env = roomEnvironment(stage, aws, language);
  const running: EngineProcess[] = [];
  try {
    const racers: Racer[] = [];
    const ended: Promise<{ racer: Racer; ended: Ended }>[] = [];
    for (let first = 0; first < count; first += AT_A_TIME) {
      const some = await Promise.all(
        Array.from({ length: Math.min(AT_A_TIME, count - first) }, async (_, index) => {
          const ticket = `INC-2026-${2001 + first + index}`;
          const file = roomFile(ticket, `${REGION}a-1`);
          return { ticket, stack: await stage.stack(ticket.toLowerCase(), file) };
        }),
      );
      for (const racer of some) {
        const { name } = racer.stack;
        await stage.outside.plan({ effect: "awaited", stack: name, number: 1 });
        const command = new EngineProcess(
          stage.pulumi.command,
          [
            "up",
            "--yes",
            "--skip-preview",
            "--stack",
            name,
            "--non-interactive",
            "--color",
            "never",
          ],
          { cwd: stage.project, env },
        );
        running.push(command);
        ended.push(command.ended.then((how) => ({ racer, ended: how })));
      }
      racers.push(...some);
      await allAtTheStart(stage, racers, ended);
    }
    await stage.outside.endFaults();
    return wrongWith(stage, await Promise.all(ended));
  } finally {
    running.forEach((command) => command.kill());
    aws.end();
    stage.clear();
  }
}

/** @throws UnexpectedError where one ends, or takes too long, before it makes anything. */
async function allAtTheStart(
  stage: Stage,
  racers: readonly Racer[],
  commands: readonly Promise<{ readonly racer: Racer; readonly ended: Ended }>[],
): Promise<void> {
  const deadline = Date.now() + MOST_WAIT;
  let early: string | undefined;
  commands.forEach(
    (command) =>
      void command.then(({ racer, ended }) => (early = `${racer.ticket}: ${ended.output}`)),
  );
  const away = () => {
    const { struck } = stage.account.read().state.faults;
    return racers.filter(
      ({ stack }) => !struck.some(({ urn }) => urn.startsWith(`urn:pulumi:${stack.name}::`)),
    );
  };
  while (away().length > 0) {
    if (early !== undefined || Date.now() > deadline) {
      throw new UnexpectedError(
        `${away()[0]?.ticket} did not come to its first change: ${early ?? "it takes too long"}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function wrongWith(
  stage: Stage,
  all: readonly { readonly racer: Racer; readonly ended: Ended }[],
): string[] {
  const winners = all.filter(({ ended }) => ended.succeeded);
  const { entries } = stage.account.read().state;
  return [
    ...(winners.length === 1 ? [] : [`${winners.length} of ${all.length} have a room`]),
    ...all
      .filter(({ ended }) => !ended.succeeded)
      .flatMap(({ racer: { ticket, stack }, ended }) => {
        const own = entries.filter(
          ({ urn, tags }) =>
            urn?.startsWith(`urn:pulumi:${stack.name}::`) === true ||
            tags["incident-response"] === `quarantine:${ticket}`,
        );
        const told =
          /Slot \S+ was taken by another room in this moment|Slot \S+ is taken by the room of INC-/.test(
            ended.output,
          );
        return [
          ...own.map(({ type, id }) => `${ticket} lost and is left with ${type} ${id}`),
          ...(told ? [] : [`${ticket} lost and is not told that the slot is taken`]),
        ];
      }),
  ];
}
