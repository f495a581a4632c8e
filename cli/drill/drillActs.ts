import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { closeCommand } from "../close/close";
import { howFarClosed } from "../close/closingSteps";
import { findDisks } from "../evidence/disksInAws";
import { evidenceCommand } from "../evidence/evidence";
import { diskStates, type DiskState } from "../evidence/evidenceStatus";
import { handedOver } from "../evidence/handedOver";
import { openCommand } from "../open/open";
import { Interrupted, Interruption } from "../room/interruption";
import { findRoom } from "../room/knownRoom";
import type { EngineOptions, Surroundings } from "../room/surroundings";
import type { Drill } from "./drillForm";
import type { DrillActs } from "./drillRun";
import { lookBack } from "./lookBack";
import type { Responder } from "./responder";
import { findThrowAway, type ThrowAway, throwAwayReasons } from "./throwAway";

/** What the acts of a drill are made from. */
export interface ActsArgs {
  readonly drill: Drill;
  readonly around: Surroundings;
  readonly options: EngineOptions & { readonly auditStack?: string };
  readonly responder: Responder;

  /** The suspect's address, its isolation group and the key that copies travel under, for the room. */
  readonly address: string;
  readonly isolationGroup: string;
  readonly transferKeyArn: string;

  /** Minutes after which a lock, or a hash, is not waited for any more. */
  readonly most: number;
  readonly now: () => Date;

  /** Waits between two looks; ends early where that is aborted. */
  readonly wait: (signal?: AbortSignal) => Promise<void>;
}

/** The acts of a drill: the commands of an incident, in its roles. */
export function drillActs(args: ActsArgs): DrillActs {
  const { drill, options, responder } = args;
  const { ticket, memberAccount, instance } = drill;
  // It was asked once for all of them.
  const around: Surroundings = { ...args.around, person: () => undefined };
  const { output } = around;
  const engine = [
    ...["--yes", "--logs", options.logs],
    ...(options.policyPack === false
      ? ["--no-policy-pack"]
      : ["--policy-pack", options.policyPack]),
    ...(options.policyPackConfig === undefined
      ? []
      : ["--policy-pack-config", options.policyPackConfig]),
  ];
  const typed = { from: "user" } as const;
  const room = () => findRoom(ticket, around, options);
  const hasStack = async () => {
    const listed = await (await around.stacks(options)).list();
    return listed.some(({ name }) => name === new Case(ticket).stack);
  };
  /** Waits until every disk is as far. */
  const waitFor = async (what: string, isThere: (disk: DiskState) => boolean): Promise<void> => {
    const until = args.now().getTime() + args.most * 60_000;
    output.say(`This waits for ${args.most} min at most.`);
    const known = await room();
    const interruption = new Interruption(output.say, { first: "Stopping.", again: "Left." });
    await interruption.during(async () => {
      for (;;) {
        const states = diskStates(known.settings.evidence, await findDisks(known));
        const lacking = states.filter((disk) => !isThere(disk));
        if (states.length >= drill.disks.length && lacking.length === 0) {
          return;
        }
        if (args.now().getTime() >= until) {
          throw new Refusal(`${what} did not come within ${args.most} min`, [
            `It lacks for ${lacking.map(({ snapshot }) => snapshot).join(", ")}. How far each is: npx clean-room evidence ${ticket} list`,
          ]);
        }
        await args.wait(interruption.signal);
        if (interruption.came) {
          throw new Interrupted("Interrupted; nothing is lost by that.");
        }
      }
    });
  };
  return {
    room: async () => {
      await openCommand(around).parseAsync(
        [
          ...[ticket, "--account", memberAccount, "--suspect", `${args.address}/32`],
          ...["--isolation-group", args.isolationGroup],
          ...(options.auditStack === undefined ? [] : ["--audit-stack", options.auditStack]),
          ...engine,
        ],
        typed,
      );
    },
    handover: async () => {
      // The room took minutes, in which a volume may have been attached.
      requireThrowAway(await findThrowAway(responder.ec2, instance), instance);
      const { settings } = await room();
      const tags = Object.entries(settings.tags).map(([key, value]) => `${key}=${value}`);
      const lines = await responder.handOver(
        [
          ...["--ticket", ticket, "--notification", settings.notification],
          ...["--transfer-key", args.transferKeyArn, "--audit-account", drill.auditAccount],
          ...["--region", drill.region, ...tags.flatMap((tag) => ["--tag", tag])],
          ...["--instance", instance],
        ],
        output.say,
      );
      requireOwn(lines, drill);
      return lines;
    },
    evidence: async (lines) => {
      requireOwn(lines, drill);
      await evidenceCommand(around, () => Promise.resolve(lines)).parseAsync(
        [ticket, "add", ...engine],
        typed,
      );
    },
    lock: () => waitFor("A lock", ({ lockedUntil }) => lockedUntil !== undefined),
    hash: () => waitFor("A hash", ({ hashed }) => hashed),
    close: async () => {
      if (!(await hasStack())) {
        output.say("There is nothing to close: nothing of the room was made.");
        return;
      }
      await closeCommand(around, () => args.wait()).parseAsync([ticket, ...engine], typed);
    },
    isClosing: async () => (await hasStack()) && (await howFarClosed(await room())).recorded,
    lookBack: async () => lookBack(drill, responder, (await hasStack()) ? await room() : undefined),
  };
}

/** Whose credentials these are. */
export async function callerOf({ sts }: Pick<Responder, "sts">): Promise<string> {
  const { Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn;
}

function requireThrowAway(found: ThrowAway | undefined, id: string): void {
  const reasons = throwAwayReasons(found, id);
  if (reasons.length > 0) {
    throw new Refusal("The instance is not any more what the drill began with", reasons);
  }
}

/** @throws Refusal where lines are about something else than the disks of the drill's instance */
function requireOwn(text: string, { memberAccount, instance, disks }: Drill): void {
  const entries = handedOver(text).map((entry) => entry.toJSON() as Record<string, unknown>);
  const lacking = disks.filter(
    ({ volume }) => !entries.some((entry) => entry["sourceVolume"] === volume),
  );
  const reasons = [
    ...lacking.map(({ volume }) => `${volume} was not handed over.`),
    ...entries.flatMap((entry) => {
      const [snapshot, volume] = [String(entry["snapshot"]), String(entry["sourceVolume"])];
      return [
        ...(entry["account"] === memberAccount &&
        entry["sourceInstance"] === instance &&
        disks.some((disk) => disk.volume === volume)
          ? []
          : [`${snapshot} is said to be of ${volume}, which is no disk of the drill.`]),
        ...(entry["device"] === undefined
          ? [
              `${snapshot} cannot be attached, as of an image with product codes of AWS Marketplace.`,
            ]
          : []),
      ];
    }),
  ];
  if (reasons.length > 0) {
    throw new Refusal("What was handed over is not what the drill is about", reasons);
  }
}
