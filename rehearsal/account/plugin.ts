/**
 * The program behind `pulumi-resource-aws`: started by the engine, it prints the port it listens
 * on and serves the simulated account until the engine ends it, or is gone.
 */
import { endWithParent } from "../endWithParent";
import { AccountStore } from "./accountStore";
import { MemberAccounts } from "./memberAccounts";
import { ACCOUNT_FILE_VARIABLE, CALLER_VARIABLE, SDK_VERSION_VARIABLE } from "./pluginEnvironment";
import { ProviderService } from "./providerService";

const file = process.env[ACCOUNT_FILE_VARIABLE];
if (file === undefined) {
  throw new Error(`${ACCOUNT_FILE_VARIABLE} must name the file of the simulated account`);
}
const version = process.env[SDK_VERSION_VARIABLE] ?? "7.0.0";
const service = new ProviderService(
  new AccountStore(file),
  new MemberAccounts(file),
  version,
  process.env[CALLER_VARIABLE],
);
endWithParent();
void service.listen().then(({ port }) => console.log(String(port)));
