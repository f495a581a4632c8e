import { endWithReason } from "../../endWithReason";
import { judgeMutants } from "./judgedMutants";

// One-line mutants of the program's own stacks under the policy pack, judged in this process: no engine, no AWS.

async function rehearseMutants(): Promise<void> {
  const began = Date.now();
  const { mutants, refused, listed, missed, wronged, needless } = await judgeMutants();
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    [
      ...wronged.map((each) => `wrongly refused: ${each}`),
      ...missed.map((each) => `neither refused nor listed: ${each}`),
      ...needless.map(
        ({ types, act, path }) => `listed for nothing: ${String(types)} ${act} ${path ?? ""}`,
      ),
      `${mutants} mutants, ${refused} refused, ${listed} listed (${seconds} s)`,
    ].join("\n"),
  );
  process.exitCode = missed.length + wronged.length + needless.length === 0 ? 0 : 1;
}

if (require.main === module) {
  rehearseMutants().catch(endWithReason);
}
