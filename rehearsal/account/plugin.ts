/**
 * The program behind `pulumi-resource-aws`: started by the engine, it prints the port it listens
 * on and serves the simulated account until the engine ends it.
 */
import { AccountStore } from "./accountStore";
import { ACCOUNT_FILE_VARIABLE, SDK_VERSION_VARIABLE } from "./pluginEnvironment";
import { ProviderService } from "./providerService";
import { SimulatedAws } from "./simulatedAws";

const file = process.env[ACCOUNT_FILE_VARIABLE];
if (file === undefined) {
  throw new Error(`${ACCOUNT_FILE_VARIABLE} must name the file of the simulated account`);
}
const store = new AccountStore(file);
const version = process.env[SDK_VERSION_VARIABLE] ?? "7.0.0";
const service = new ProviderService(new SimulatedAws(store), store.read().id, version);
void service.listen().then((port) => console.log(String(port)));
