import {
  DeleteParameterCommand,
  DescribeSessionsCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  ParameterNotFound,
  type SSMClient,
} from "@aws-sdk/client-ssm";

import type { AccountStore } from "./accountStore";

const PARAMETER = "aws:ssm/parameter:Parameter";

/** Systems Manager's parameters and sessions of the simulated account, for who asks without Pulumi. */
export function ssmOf(store: AccountStore): Pick<SSMClient, "send"> {
  const send = async (command: unknown): Promise<object> => {
    if (command instanceof GetParametersByPathCommand) {
      const path = `${command.input.Path}/`;
      return {
        Parameters: store
          .read()
          .ofType(PARAMETER)
          .filter(({ id }) => id.startsWith(path))
          .map(({ id, properties }) => ({ Name: id, Value: properties["value"] })),
      };
    }
    if (command instanceof GetParameterCommand) {
      const { Name } = command.input;
      const parameter = store.read().find(PARAMETER, String(Name));
      if (parameter === undefined) {
        throw new ParameterNotFound({ message: `${Name} not found.`, $metadata: {} });
      }
      return { Parameter: { Name, Value: parameter.properties["value"] } };
    }
    if (command instanceof DescribeSessionsCommand) {
      // Nobody logs in here.
      return { Sessions: [] };
    }
    if (command instanceof DeleteParameterCommand) {
      const { Name } = command.input;
      return store.change((account) => {
        const parameter = account.find(PARAMETER, Name);
        if (parameter === undefined) {
          throw new ParameterNotFound({ message: `${Name} not found.`, $metadata: {} });
        }
        account.remove(parameter);
        return {};
      });
    }
    throw new Error(
      "the simulated Systems Manager lists, tells and deletes parameters, lists sessions, and nothing else",
    );
  };
  return { send: send as SSMClient["send"] };
}
