import { foreigners, foreignersByCondition, isForEverybody, isOfOrganisation } from "../callers";
import { bindsOwner, foreignOwners } from "../conditions";
import { isUnset } from "../fieldRequirements";
import { listOf, ofResource } from "../policyForms";
import { type Statement, statementsOf, type Text } from "../policyDocuments";
import type { Subject } from "../subject";
import { shown, UNKNOWN } from "../unknownValues";

/** The type that this policy looks at. */
const ENDPOINT_TYPE = "aws:ec2/vpcEndpoint:VpcEndpoint";

/** Services whose calls name no resource, so that no owner of one can be asked for. */
const WITHOUT_RESOURCES = /^(ec2messages|ssmmessages):/;

/** What else an endpoint can lead to: somebody's database, machine or network of services. */
const ELSEWHERE = ["resourceConfigurationArn", "serviceNetworkArn"];

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
      : policyMistakes(
          statementsOf(() => policy),
          endpoint.accounts,
        )),
    ...ELSEWHERE.filter((field) => !isUnset(endpoint.at(field))).map(
      (field) =>
        `${field} is ${shown(endpoint.at(field))}; required: not set: an endpoint leads to AWS's own services.\nRemove the endpoint.`,
    ),
    ...(isUnset(endpoint.at("serviceRegion")) ||
    endpoint.at("serviceRegion") === UNKNOWN ||
    endpoint.at("serviceRegion") === endpoint.providerFields["region"]
      ? []
      : [
          `serviceRegion is ${shown(endpoint.at("serviceRegion"))}; required: not set, or the stack's Region.\nRemove it: what goes to another Region is in another jurisdiction.`,
        ]),
  ];
}

function policyMistakes(
  statements: readonly Statement[] | undefined,
  accounts: readonly string[],
): string[] {
  // AWS takes what has no statements for its own default, which lets everybody reach everything.
  return statements === undefined
    ? [
        "policy is no policy document; required: JSON with statements that limit caller and resource.\nWrite them: an endpoint without a policy is everybody's.",
      ]
    : statements
        .filter(({ allows }) => allows)
        .flatMap((statement) => statementMistakes(statement, accounts));
}

/** Where a request comes from, which is the same for everybody behind an endpoint: it says nothing of who calls. */
const OF_PLACES =
  /^(aws:(source(vpc|vpce|vpcarn|ip|arn|account|owner|orgid|orgpaths)|vpcsourceip)|kms:vpce)$/;

/** Whether a resource can be anybody's: every one, one of every account, or of every bucket whose name begins so. */
function isAnybodys(resource: Text): boolean {
  if (resource === UNKNOWN) {
    return false;
  }
  const [, , service = "", , account = "", ...rest] = resource.split(":");
  const isNamed = resource.startsWith("arn:") && rest.length > 0;
  return (
    !isNamed ||
    (service === "s3" ? /[*?]/.test((rest[0] ?? "").split("/")[0] ?? "") : /[*?]/.test(account))
  );
}

function statementMistakes(all: Statement, accounts: readonly string[]): string[] {
  const where = `policy, statement ${all.name}:`;
  const statement = { ...all, tests: all.tests.filter(({ key }) => !OF_PLACES.test(key)) };
  const anyResource = statement.resources.some(isAnybodys);
  const isNamedAndRead =
    !anyResource &&
    statement.actions.every((action) => action === UNKNOWN || /:Get[A-Z]\w*$/.test(action));
  const withoutOwner = statement.actions.every(
    (action) => action !== UNKNOWN && WITHOUT_RESOURCES.test(action),
  );
  const strangers =
    accounts.length === 0
      ? []
      : [
          ...foreignersByCondition(statement, accounts),
          ...foreignOwners(statement, accounts),
          ...(isForEverybody(statement) || isOfOrganisation(statement)
            ? []
            : foreigners(statement, accounts).filter((stranger) => !/[*?]/.test(stranger))),
        ];
  return [
    ...strangers.map(
      (stranger) =>
        `${where} it names ${stranger}; required: the stack's own account (${accounts.join(", ")}), or an organisation.\nEvidence goes out to a stranger's resource, or a stranger comes in: name the own account.`,
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
