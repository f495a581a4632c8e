import type { OutputMap } from "@pulumi/pulumi/automation";

import { SETTINGS } from "../../settings/parseSettings";
import { readable } from "../../settings/configText";
import { furtherWorkstations } from "../../settings/workstations";
import { columns } from "../columns";
import { costText, roomCost } from "./roomCost";

/** What the card of a room is made of. */
export interface CardedRoom {
  readonly ticket: string;

  /** The room's settings by full key. */
  readonly config: Readonly<Record<string, unknown>>;

  /** The outputs of its stack. */
  readonly outputs: OutputMap;
}

/** What whoever opened a room needs of it: where it is, how to log in, where results go, what it costs, what comes next. */
export function roomCard({ ticket, config, outputs }: CardedRoom): string[] {
  const output = (name: string) => outputs[name]?.value as string | undefined;
  const setting = (name: keyof typeof SETTINGS.incident) => config[`clean-room:${name}`];
  const { instanceType: type, rootVolumeGiB: size, workstations } = SETTINGS.incident;
  const instanceType = type.parse(setting("instanceType"));
  // pulumi config set writes numbers in quotes.
  const rootVolumeGiB = size.parse(readable(size, setting("rootVolumeGiB")));
  const further = furtherWorkstations({
    instanceType,
    rootVolumeGiB,
    workstations: workstations.parse(readable(workstations, setting("workstations"))),
  });
  const machines = [{ instanceType, rootVolumeGiB }, ...further];
  const cost = roomCost({ machines, disksGiB: [] });
  const types = [...new Set(machines.map((machine) => machine.instanceType))].join(", ");
  const beside = (outputs["workstations"]?.value ?? {}) as Readonly<
    Record<string, { readonly instanceId: string }>
  >;
  const investigators = output("investigatorRole");
  const rows = [
    ["slot", String(setting("slot"))],
    ["workstation", output("instanceId") ?? "none"],
    ...further.map(({ name }) => [`beside, ${name}`, beside[name]?.instanceId ?? "none"]),
    [
      "log in",
      investigators === undefined
        ? `${output("startSession") ?? "-"} (nobody is named in investigators: with a role that may)`
        : `npx clean-room connect ${ticket}${further.length === 0 ? "" : " <workstation>"}`,
    ],
    ["results go to", `${output("vaultPrefix") ?? "-"} (evidence-put, on the workstation)`],
    ["costs", `${costText(cost, types)}; each disk adds to it`],
  ];
  return [
    ...columns(rows).map((line) => `  ${line}`),
    "What comes next:",
    ...(output("next") ?? "")
      .replace(/^Next: /, "")
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}
