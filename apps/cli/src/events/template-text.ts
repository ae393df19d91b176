/** What the generated documentation needs of the commands about changes. */
export { cloudFormationEvents } from "./cloudformation.ts";
export { eventPath } from "./path.ts";
export { terraformEvents } from "./terraform.ts";
