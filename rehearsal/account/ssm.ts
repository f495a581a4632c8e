import type { Entry } from "./account";
import type { AccountStore } from "./accountStore";
import type { JsonAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";

const PARAMETER = "aws:ssm/parameter:Parameter";

/** What Systems Manager answers of an account's parameters and sessions to who asks without Pulumi. */
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
    // Nobody logs in here, and CloudWatch Logs has nothing that was recorded.
    DescribeSessions: () => ({ Sessions: [] }),
    DescribeLogStreams: () => ({ logStreams: [] }),
  };
}

function notFound(name: string): never {
  throw new AwsError("ParameterNotFound", `${name} not found.`);
}
