import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

/** The type of roles. */
const ROLE_TYPE = "aws:iam/role:Role";

const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const INCIDENT = "incident";

/** Member accounts have roles whose names and places others prescribe. */
const KINDS = [INCIDENT, "foundation"];

const POLICY_ARN = /^arn:[\w-]+:iam::(aws|\d{12}):policy\//;

/** Configuration of this policy. */
interface CaseRolesConfig {
  /** Path below which the roles of rooms are. */
  readonly path: string;

  /** Regular expression for the names of roles of foundations whose names and places others prescribe. */
  readonly prescribed: string;
}

/** One boundary limits what a role of a case can be given, and one path tells of its use. */
export const caseRoles = ofResource<CaseRolesConfig>(
  {
    name: "case-roles",
    displayName: "A role of a case has a boundary, and its place",
    description:
      "Checks that every role and instance profile of a room or a foundation is below the path of clean rooms, and that a role of a room has a permissions boundary, which is none of AWS's own and none of another account.",
    severity: "high",
    tags: ["access"],
    remediationSteps: "Set path and permissionsBoundary of the role.",
    configSchema: {
      properties: {
        path: {
          type: "string",
          description: "Path below which the roles of rooms are.",
          default: "/clean-room/",
        },
        prescribed: {
          type: "string",
          format: "regex",
          description:
            "Regular expression for the names of roles of foundations whose names and places others prescribe.",
          default: "^aws-controltower-",
        },
      },
    },
  },
  (role, config) =>
    [ROLE_TYPE, PROFILE].includes(role.type) && KINDS.includes(role.kind ?? "")
      ? mistakesOf(role, config)
      : [],
);

function mistakesOf(role: Subject, { path, prescribed }: CaseRolesConfig): string[] {
  const place = role.at("path");
  const name = role.at("name");
  const isPrescribed =
    role.kind !== INCIDENT && typeof name === "string" && new RegExp(prescribed).test(name);
  const boundary = role.at("permissionsBoundary");
  return [
    ...(isPrescribed || place === UNKNOWN || (typeof place === "string" && place.startsWith(path))
      ? []
      : [
          `path is ${shown(place)}; required: ${path}….\nOne alarm sees the use of every role below it: set path.`,
        ]),
    ...(role.type === ROLE_TYPE && isStrange(boundary, role.accounts)
      ? [
          `permissionsBoundary is ${shown(boundary)}; required: the foundation's case boundary.\nWho can change the boundary, or whom it does not limit, is not limited: name the foundation's.`,
        ]
      : []),
    ...(role.type === ROLE_TYPE &&
    role.kind === INCIDENT &&
    (boundary === undefined || boundary === "")
      ? [
          `permissionsBoundary is ${shown(boundary)}; required: the foundation's case boundary.\nMalware on a workstation has this role: limit it.`,
        ]
      : []),
  ];
}

/** Whether a boundary is AWS's, who changes it, or another account's. */
function isStrange(boundary: unknown, accounts: readonly string[]): boolean {
  const owner = typeof boundary === "string" ? POLICY_ARN.exec(boundary)?.[1] : undefined;
  return (
    owner !== undefined && (owner === "aws" || (accounts.length > 0 && !accounts.includes(owner)))
  );
}
