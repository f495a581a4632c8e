import { Command } from "commander";

import { AUDIT_ACCOUNT } from "./accounts";
import { callerAnswers } from "./account/callerIdentity";
import { answerThisProcess, AwsEndpoint } from "./account/awsEndpoint";
import { FOUNDATION_DEPLOYER } from "./cast";
import { endWithReason } from "./endWithReason";
import { findPulumi } from "./engine/pulumiCli";
import { expect } from "./expectations";
import { ResidentHost } from "./language/residentHost";
import { MemberCommand } from "./memberCommand";
import { onInterruption } from "./onInterruption";
import { Stage } from "./stage";

/** How much more memory the command may use for all accounts than for its first ones, in MiB. */
const MOST_GROWTH = 48;

/** Options of `npm run rehearse:members`. */
interface RehearseMembersOptions {
  readonly accounts: string;
  readonly parallel: string;
}

/** Deploys the stacks of many simulated accounts with the real command, and prints its figures. */
async function rehearseMembers({ accounts, parallel }: RehearseMembersOptions): Promise<void> {
  const say = (line: string) => console.log(line);
  const pulumi = await findPulumi(process.env, say);
  const stage = Stage.set(pulumi, () => Promise.resolve());
  stage.keepProvider();
  const endWatch = onInterruption(() => stage.clear());
  const ids = Array.from({ length: Number(accounts) }, (_, index) => String(300000000000 + index));
  const query = callerAnswers(AUDIT_ACCOUNT, FOUNDATION_DEPLOYER);
  const endAnswers = await answerThisProcess(new AwsEndpoint(() => ({ query })).listen());
  const command = new MemberCommand(stage, ids, FOUNDATION_DEPLOYER);
  const host = await ResidentHost.start(command.language, stage.project);
  try {
    await Promise.all(ids.map((id) => command.createAccount(id)));
    const few = ids.slice(0, Number(parallel));
    const options = ["--parallel", parallel, "--no-policy-pack"];

    const run = (args: readonly string[]) => command.run(args, say, host.environment);

    const first = await run(["up", ...options, "--only", few.join(",")]);
    expect(first.code === 0, `the first ${few.length} accounts failed`);
    const began = Date.now();
    const all = await run(["up", ...options]);
    const seconds = (Date.now() - began) / 1000;
    expect(all.code === 0, `${accounts} accounts failed`);
    expect(
      all.output.includes(`${ids.length - few.length} changed, ${few.length} unchanged, 0 failed`),
      "not every account was deployed once",
    );
    const made = ids.filter((id) => command.everything(id).length > 0).length;
    expect(made === ids.length, `${made} of ${ids.length} accounts have something in them`);
    const growth = all.peak - first.peak;
    console.log(
      [
        "",
        `${ids.length} accounts, ${parallel} at a time: ${seconds.toFixed(0)} s, ` +
          `${(seconds / ids.length).toFixed(2)} s per account`,
        `memory of the command: ${first.peak} MiB for ${few.length} accounts, ` +
          `${all.peak} MiB for ${ids.length} (${growth} MiB more, ${MOST_GROWTH} allowed)`,
      ].join("\n"),
    );
    expect(growth <= MOST_GROWTH, "the command's memory grows with the number of accounts");
    console.log("rehearsal of the member accounts passed");
  } finally {
    endWatch();
    host.end();
    endAnswers();
    stage.clear();
  }
}

if (require.main === module) {
  new Command("rehearse:members")
    .description("Deploys the stacks of many simulated member accounts, and prints the figures.")
    .option("--accounts <number>", "how many", "200")
    .option("--parallel <number>", "stacks at the same time", "4")
    .action(rehearseMembers)
    .parseAsync()
    .catch(endWithReason);
}
