import type * as aws from "@pulumi/aws";

import { iamArn } from "../../aws/arn";
import { EVERY_CASE } from "../../case";
import { CASE_ROLE_PATH } from "../../names";
import type { IncidentDeployerAccess } from "./incidentDeployerAccess";

/** The roles of a case, within the boundary and nowhere else. */
export function roleStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  const roles = iamArn(access, `role${CASE_ROLE_PATH}*`);
  const profiles = iamArn(access, `instance-profile${CASE_ROLE_PATH}*`);
  return [
    {
      // Never without the boundary, which none of them can leave.
      Sid: "MakeRolesWithinTheBoundary",
      Effect: "Allow",
      Action: [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      Resource: roles,
      Condition: { StringEquals: { "iam:PermissionsBoundary": access.boundaryArn } },
    },
    {
      // And the workstation's instance profile, which an action of one asks its role for as well.
      Sid: "ManageRoles",
      Effect: "Allow",
      Action: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:DeleteRole",
        "iam:DetachRolePolicy",
        "iam:GetInstanceProfile",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:TagRole",
        "iam:UntagInstanceProfile",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
      Resource: [profiles, roles],
    },
    {
      // An up looks whether a room's are there; of what is not IAM knows no path. STS tells the caller's role without
      // its path, which other policies compare.
      Sid: "ReadRoles",
      Effect: "Allow",
      Action: ["iam:GetInstanceProfile", "iam:GetRole"],
      Resource: [
        ...[
          `instance-profile/${EVERY_CASE.workstationRole}`,
          `role/${EVERY_CASE.investigatorRole}`,
          `role/${EVERY_CASE.uploadRole("*")}`,
          `role/${EVERY_CASE.workstationRole}`,
        ].map((resource) => iamArn(access, resource)),
        ...access.incidentDeployers,
      ],
    },
    {
      Sid: "PassWorkstationRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: roles,
      Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
  ];
}
