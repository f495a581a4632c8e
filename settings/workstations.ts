import { z } from "zod";

import { FIRST_WORKSTATION } from "../components/case";
import type { IncidentSettings } from "./parseSettings";
import { ANY_LIST, fieldOf, instanceType, listOf, text, unique, whole } from "./forms";
import type { Mistake } from "./mistake";

/** Workstations beside the first: a slot has eleven addresses, and one that ended keeps its own for a while. */
const MOST_FURTHER = 7;

const NAME_FORM = "1 to 16 lower-case letters, digits and hyphens, no hyphen first or last";

/** What a workstation is called in its room. */
export const workstationName = () =>
  text(/^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$/, `a workstation's name: ${NAME_FORM}`);

/** Size of a root volume, in GiB. */
export const rootVolumeGiB = () => whole(8, 16384, "a size in GiB, 8 to 16384");

const further = z.strictObject(
  {
    name: workstationName(),
    instanceType: instanceType().optional(),
    rootVolumeGiB: rootVolumeGiB().optional(),
  },
  { error: "name, and where they differ instanceType and rootVolumeGiB" },
);

/** Workstations that a room has beside its first. */
export const workstations = unique(
  listOf(further, "a list of name, instanceType and rootVolumeGiB").max(MOST_FURTHER, {
    error: `at most ${MOST_FURTHER} workstations beside the first`,
  }),
  "name",
  "name",
)
  .superRefine((items, context) => {
    items.forEach((item, index) => {
      if (fieldOf(item, "name") === FIRST_WORKSTATION) {
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: `another name: ${FIRST_WORKSTATION} is the room's first workstation, which is there anyway`,
        });
      }
    });
  }, ANY_LIST)
  .default([])
  .meta({
    description: `Workstations beside the room's first, which is called \`${FIRST_WORKSTATION}\`: in its slot, of its image and with its role, at most ${MOST_FURTHER}. \`instanceType\` and \`rootVolumeGiB\` are the first's unless they are given. One can be added to an open room; it ends with the room.`,
    example: [{ name: "windows-tools", instanceType: "r6i.2xlarge" }],
  });

/** A workstation beside the first, with its sizes. */
export interface FurtherWorkstation {
  readonly name: string;
  readonly instanceType: string;
  readonly rootVolumeGiB: number;
}

/** The workstations beside the first, with the sizes that each has. */
export function furtherWorkstations({
  workstations: all,
  ...first
}: Pick<
  IncidentSettings,
  "workstations" | "instanceType" | "rootVolumeGiB"
>): readonly FurtherWorkstation[] {
  return all.map(({ name, ...own }) => ({
    name,
    instanceType: own.instanceType ?? first.instanceType,
    rootVolumeGiB: own.rootVolumeGiB ?? first.rootVolumeGiB,
  }));
}

/** Evidence that names a workstation which the room does not have. */
export function unknownWorkstations(
  evidence: readonly { readonly workstation?: string }[] | undefined,
  all: readonly { readonly name?: string }[] | undefined,
): Mistake[] {
  if (evidence === undefined || all === undefined) {
    return [];
  }
  const names = [FIRST_WORKSTATION, ...all.flatMap(({ name }) => name ?? [])];
  return evidence.flatMap(({ workstation }, index) =>
    workstation === undefined || names.includes(workstation)
      ? []
      : [
          {
            key: `evidence.${index}.workstation`,
            found: workstation,
            required: `a workstation of the room: ${names.join(", ")}`,
            example: FIRST_WORKSTATION,
          },
        ],
  );
}
