import type { Asked } from "./askedOf";
import { type Context, type Demand, Unmapped } from "./demand";
import type { Facts, Where } from "./facts";
import { requestTags, tagsGiven } from "./requestTags";

/** Operations about what their request names by type and id. */
const OF_TYPED = ["AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"];

/**
 * What a request of Systems Manager's asks IAM for, about parameters, documents, runbooks and sessions.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Systems Manager".
 */
export async function ssmDemands(asked: Asked, where: Where, facts: Facts): Promise<Demand[]> {
  const { operation, said } = asked;
  const action = `ssm:${operation}`;
  const given = requestTags(tagsGiven(asked));
  const arn = (resource: string) => `arn:aws:ssm:${where.region}:${where.account}:${resource}`;
  const ofParameter = (name: string) => arn(`parameter/${name.replace(/^\//, "")}`);
  const ofTyped = async (type: string | undefined, id: string) =>
    type === "Parameter"
      ? { action, resource: ofParameter(id), context: await facts.ofParameter(where, id) }
      : { action, resource: arn(`${type?.toLowerCase()}/${id}`), context: {} };
  const name = said.get("Name") ?? said.get("Path") ?? "";
  if (OF_TYPED.includes(operation)) {
    const demand = await ofTyped(said.get("ResourceType"), said.get("ResourceId") ?? "");
    return [{ ...demand, context: { ...demand.context, ...given } }];
  }
  switch (operation) {
    case "DescribeParameters":
    case "DescribeSessions":
      return [{ action, resource: "*", context: {} }];
    case "DeleteParameter":
    case "GetParameter":
    case "GetParametersByPath":
      return [{ action, resource: ofParameter(name), context: {} }];
    case "GetParameters":
      return [...said].flatMap(([key, each]) =>
        key.startsWith("Names.") ? { action, resource: ofParameter(each), context: {} } : [],
      );
    case "PutParameter": {
      const overwrite = said.get("Overwrite");
      const context = {
        ...given,
        ...(overwrite === undefined ? {} : { "ssm:Overwrite": overwrite }),
      };
      return [
        { action, resource: ofParameter(name), context },
        ...(Object.keys(given).length > 0
          ? [{ action: "ssm:AddTagsToResource", resource: ofParameter(name), context: given }]
          : []),
      ];
    }
    case "CreateDocument":
    case "DeleteDocument":
    case "DescribeDocument":
    case "DescribeDocumentPermission":
    case "GetDocument":
    case "ModifyDocumentPermission":
    case "UpdateDocument":
    case "UpdateDocumentDefaultVersion":
      return [{ action, resource: arn(`document/${name}`), context: given }];
    case "GetAutomationExecution": {
      const execution = said.get("AutomationExecutionId") ?? "";
      return [{ action, resource: arn(`automation-execution/${execution}`), context: {} }];
    }
    case "StartSession": {
      const target = said.get("Target") ?? "";
      const tags = Object.entries(await facts.ofEc2(where, target)).flatMap(([key, value]) =>
        key.startsWith("aws:ResourceTag/") ? [[key.replace("aws:R", "ssm:r"), value] as const] : [],
      );
      const document = said.get("DocumentName") ?? "SSM-SessionManagerRunShell";
      const checked = { "ssm:SessionDocumentAccessCheck": "true" };
      return [
        {
          action,
          resource: `arn:aws:ec2:${where.region}:${where.account}:instance/${target}`,
          context: { ...checked, ...Object.fromEntries(tags) },
        },
        { action, resource: arn(`document/${document}`), context: checked },
      ];
    }
    case "TerminateSession": {
      const session = said.get("SessionId") ?? "";
      const starter = facts.starter(session);
      const context: Context =
        starter === undefined ? {} : { "ssm:resourceTag/aws:ssmmessages:session-id": starter };
      return [{ action, resource: arn(`session/${session}`), context }];
    }
    default:
      throw new Unmapped(`ssm: ${operation}`);
  }
}
