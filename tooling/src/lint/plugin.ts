import { missingIsMalformed } from "./missing-is-malformed.ts";
import { ofThisRepository, oneWordPerIdea } from "./one-word-per-idea.ts";
import { purePackages } from "./pure-packages.ts";
import type { Rule } from "./rule.ts";
import { shortFiles } from "./short-files.ts";

const rules: Readonly<Record<string, Rule>> = {
  "missing-is-malformed": missingIsMalformed,
  "one-word-per-idea": oneWordPerIdea(ofThisRepository()),
  "pure-packages": purePackages,
  "short-files": shortFiles,
};

interface Plugin {
  readonly meta: { readonly name: string };
  readonly rules: Readonly<Record<string, Rule>>;
}

/** The rules of this house; .oxlintrc.json says where each holds. */
const plugin: Plugin = { meta: { name: "posture" }, rules };
export default plugin;
