import { foreignersByCondition, isForEverybody } from "../callers";
import { bindsOwner, foreignOwners } from "../conditions";
import { listOf, ofResource } from "../policyForms";
import { type Statement, statementsOf } from "../policyDocuments";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

/** The type that this policy looks at. */
const ENDPOINT_TYPE = "aws:ec2/vpcEndpoint:VpcEndpoint";

/** Services whose calls name no resource, so that no owner of one can be asked for. */
const WITHOUT_RESOURCES = /^(ec2messages|ssmmessages):/;

/** Services that AWS runs, by a partition's domain read from its end; another one is somebody's own. */
const OF_AWS =
  /^(com\.amazonaws|cn\.com\.amazonaws|eu\.amazonaws|gov\.ic\.c2s|gov\.sgov\.sc2s|uk\.adc-e\.cloud|gov\.ic\.hci\.csp|aws\.api)\.(?!vpce\.)/;

/** Configuration of this policy. */
interface EndpointsConfig {
  /** Names of endpoint services beside AWS's own. */
  readonly services: readonly string[];
}

/** Whoever has credentials of their own takes evidence out through an open endpoint: the room's only way. */
export const closedEndpoints = ofResource<EndpointsConfig>(
  {
    name: "closed-endpoints",
    displayName: "An endpoint is for known callers, and for what they own",
    description:
      "Checks that every VPC endpoint is of an AWS service and has a policy, each statement of which says who calls, and whose resources or which.",
    severity: "critical",
    tags: ["network", "access"],
    remediationSteps:
      "Give the endpoint a policy with aws:PrincipalAccount and aws:ResourceAccount in its condition.",
    configSchema: {
      properties: {
        services: listOf("Names of endpoint services beside AWS's own."),
      },
    },
  },
  (endpoint, config) => (endpoint.type === ENDPOINT_TYPE ? mistakesOf(endpoint, config) : []),
);

function mistakesOf(endpoint: Subject, { services }: EndpointsConfig): string[] {
  const service = endpoint.at("serviceName");
  const policy = endpoint.at("policy");
  const groups = endpoint.at("securityGroupIds");
  const isInterface = endpoint.at("vpcEndpointType") === "Interface";
  return [
    ...(service === UNKNOWN ||
    (typeof service === "string" && (OF_AWS.test(service) || services.includes(service)))
      ? []
      : [
          `serviceName is ${shown(service)}; required: a service of AWS.\nRemove the endpoint, or configure the pack: { "closed-endpoints": { "services": [${JSON.stringify(service)}] } }.`,
        ]),
    ...(isInterface && (groups === undefined || (Array.isArray(groups) && groups.length === 0))
      ? [
          `securityGroupIds is ${shown(groups)}; required: the endpoints' own group, or it is the VPC's default one.\nName it.`,
        ]
      : []),
    ...(policy === undefined || policy === ""
      ? [
          `policy is ${shown(undefined)}; required: one that limits caller and resource.\nWithout one AWS lets everybody reach everything.`,
        ]
      : (statementsOf(() => policy) ?? [])
          .filter(({ allows }) => allows)
          .flatMap((statement) => statementMistakes(statement, endpoint.accounts))),
  ];
}

function statementMistakes(statement: Statement, accounts: readonly string[]): string[] {
  const where = `policy, statement ${statement.name}:`;
  const anyResource = statement.resources.some(
    (resource) =>
      resource === "*" || resource === "arn:aws:s3:::*" || resource === "arn:aws:s3:::*/*",
  );
  const isNamedAndRead =
    !anyResource &&
    statement.actions.every((action) => action === UNKNOWN || /:Get[A-Z]\w*$/.test(action));
  const withoutOwner = statement.actions.every(
    (action) => action !== UNKNOWN && WITHOUT_RESOURCES.test(action),
  );
  const strangers =
    accounts.length === 0
      ? []
      : [...foreignersByCondition(statement, accounts), ...foreignOwners(statement, accounts)];
  return [
    ...strangers.map(
      (stranger) =>
        `${where} its condition names ${stranger}; required: the stack's own account (${accounts.join(", ")}), or an organisation.\nEvidence goes out to a stranger's resource, or a stranger comes in: name the own account.`,
    ),
    ...(isForEverybody(statement) && !isNamedAndRead
      ? [
          `${where} it is for every caller; required: a condition on who calls, such as aws:PrincipalAccount.\nOnly reading what is named may be for everybody.`,
        ]
      : []),
    ...(anyResource && !withoutOwner && !bindsOwner(statement)
      ? [
          `${where} it is for every resource; required: resources by name, or a condition on their owner, aws:ResourceAccount.\nSomebody's own bucket is a way out.`,
        ]
      : []),
  ];
}
