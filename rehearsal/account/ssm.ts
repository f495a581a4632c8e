import type { Entry } from "./account";
import type { AccountStore } from "./accountStore";
import type { JsonAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";

const PARAMETER = "aws:ssm/parameter:Parameter";
const DOCUMENT = "aws:ssm/document:Document";
const INSTANCE = "aws:ec2/instance:Instance";

/** What Systems Manager answers of an account's parameters, documents, agents and sessions to who asks without Pulumi. */
export function ssmAnswersOf(store: AccountStore): JsonAnswers {
  const told = ({ id, properties }: Entry) => ({ Name: id, Value: properties["value"] });
  return {
    GetParametersByPath: ({ Path }: { Path: string }) => ({
      Parameters: store
        .read()
        .ofType(PARAMETER)
        .filter(({ id }) => id.startsWith(`${Path}/`))
        .map(told),
    }),
    GetParameter: ({ Name }: { Name: string }) => ({
      Parameter: told(store.read().find(PARAMETER, Name) ?? notFound(Name)),
    }),
    DeleteParameter: ({ Name }: { Name: string }) =>
      store.change((account) => {
        account.remove(account.find(PARAMETER, Name) ?? notFound(Name));
        return {};
      }),
    GetDocument: ({ Name }: { Name: string }) => {
      const found = store
        .read()
        .ofType(DOCUMENT)
        .find(({ properties }) => properties["name"] === Name);
      if (found === undefined) {
        throw new AwsError("InvalidDocument", `Document with name ${Name} does not exist.`);
      }
      return { Name, Content: found.properties["content"], DocumentVersion: "1" };
    },
    // Each machine that is there has an agent that reports.
    DescribeInstanceInformation: ({
      Filters = [],
    }: {
      Filters?: { Key: string; Values: string[] }[];
    }) => {
      const asked = Filters.find(({ Key }) => Key === "InstanceIds")?.Values;
      return {
        InstanceInformationList: store
          .read()
          .ofType(INSTANCE)
          .filter(({ id }) => asked?.includes(id) ?? true)
          .map(({ id }) => ({ InstanceId: id, PingStatus: "Online", PlatformType: "Linux" })),
      };
    },
    // Nobody logs in here, and CloudWatch Logs has nothing that was recorded.
    DescribeSessions: () => ({ Sessions: [] }),
    DescribeLogStreams: () => ({ logStreams: [] }),
  };
}

function notFound(name: string): never {
  throw new AwsError("ParameterNotFound", `${name} not found.`);
}
