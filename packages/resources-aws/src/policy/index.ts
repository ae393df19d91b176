export { AWS_PUBLIC_LIMITS, isNarrow, type PublicLimits } from "./address.ts";
export * from "./document.ts";
export * from "./full-admin.ts";
export { covers, matches } from "./glob.ts";
export { parsePolicy } from "./parse.ts";
export * from "./principals.ts";
export * from "./public.ts";
export { isOpenKey, type Operator, operatorOf, restricting, type Restriction } from "./restricting.ts";
