import { parseArn } from "../components/aws/arn";
import { FOUNDATION_ROLES, ROLE_PATH } from "../components/names";
import type { Mistake } from "./mistake";

/** The lists that share no role: what one of them does, another has to notice or to undo. */
const LISTS = ["foundationDeployers", "incidentDeployers", "custodians", "auditors"] as const;

/** The lists, as far as they are known. */
export type RoleLists = Readonly<Partial<Record<(typeof LISTS)[number], readonly string[]>>>;

/**
 * Roles in two of the lists, and what can stand for a role that this program makes: IAM's `*` matches every
 * character, a path's too, so that `role/c*` lets every role of a case in.
 */
export function separateRoleMistakes(settings: RoleLists): Mistake[] {
  return LISTS.flatMap((list, position) =>
    (settings[list] ?? []).flatMap((found, index): Mistake[] => {
      const key = `${list}.${index}`;
      const others = LISTS.slice(0, position);
      const other = others.find((each) => settings[each]?.some((role) => overlap(role, found)));
      return [
        ...(other === undefined
          ? []
          : [
              {
                key,
                found,
                required: `a role that is not in ${other} as well: no one role may be both`,
              },
            ]),
        ...(isOfThisProgram(found)
          ? [
              {
                key,
                found,
                required: "no pattern or role that stands for one which this program makes",
              },
            ]
          : []),
      ];
    }),
  );
}

function isOfThisProgram(arn: string): boolean {
  const { resource } = parseArn(arn);
  return resource.endsWith("*")
    ? overlap(resource, `role${ROLE_PATH}*`)
    : FOUNDATION_ROLES.some((name) => resource.startsWith(`role${ROLE_PATH}${name}`));
}

/** Whether a name can be one that both stand for; each may end in `*`. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => each.replace(/\*$/, "")) as [string, string];
  return (
    a === b || (one.endsWith("*") && b.startsWith(a)) || (other.endsWith("*") && a.startsWith(b))
  );
}
