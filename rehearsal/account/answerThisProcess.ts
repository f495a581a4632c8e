import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Has a server answer from now on what AWS's SDK asks in this process, whoever it says it is.
 *
 * @param endpoints Environment variables that name the endpoint of a service to the SDK.
 * @returns what ends it.
 */
export async function answerThisProcess(
  server: Server,
  endpoints: readonly string[],
): Promise<() => void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const ours = {
    ...Object.fromEntries(endpoints.map((name) => [name, `http://127.0.0.1:${port}`])),
    AWS_ACCESS_KEY_ID: "simulated",
    AWS_SECRET_ACCESS_KEY: "simulated",
  };
  const before = Object.keys(ours).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, ours);
  return () => {
    before.forEach(([name]) => Reflect.deleteProperty(process.env, name));
    Object.assign(
      process.env,
      Object.fromEntries(before.filter(([, value]) => value !== undefined)),
    );
    server.close();
    server.closeAllConnections();
  };
}
