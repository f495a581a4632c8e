import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that answers for AWS. */
export interface Listening {
  /** Has AWS's SDK ask the server, in whatever process has these variables. */
  readonly environment: Readonly<Record<string, string>>;

  /** Ends it. */
  readonly end: () => void;
}

/**
 * Starts a server that answers for AWS on the loopback address, whoever asks says it is.
 *
 * @param endpoints Environment variables that name the endpoint of a service to the SDK.
 */
export async function listen(server: Server, endpoints: readonly string[]): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      ...Object.fromEntries(endpoints.map((name) => [name, `http://127.0.0.1:${port}`])),
      AWS_ACCESS_KEY_ID: "simulated",
      AWS_SECRET_ACCESS_KEY: "simulated",
    },
    end: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Has what listens answer from now on what AWS's SDK asks in this process. @returns what ends it. */
export async function answerThisProcess(listening: Promise<Listening>): Promise<() => void> {
  const { environment, end } = await listening;
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    before.forEach(([name]) => Reflect.deleteProperty(process.env, name));
    Object.assign(
      process.env,
      Object.fromEntries(before.filter(([, value]) => value !== undefined)),
    );
    end();
  };
}
