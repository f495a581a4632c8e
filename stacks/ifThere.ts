import { failureOf, lookUpFailure } from "../components/aws/failure";
import { Refusal } from "../components/refusal";

/**
 * What AWS answers; undefined where it says that it is not there, or may not be seen: AWS has its say later.
 *
 * @param what What is looked up, as a sentence's subject.
 * @throws Refusal where AWS does not tell.
 */
export async function ifThere<T>(
  asked: Promise<T>,
  what = "What is to be made",
): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (["absent", "denied"].includes(failureOf(error))) {
      return undefined;
    }
    throw new Refusal("What AWS has of the stack is not known", [lookUpFailure(what, error)]);
  }
}
